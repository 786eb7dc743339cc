// The types of the door, written by hand: as much of Preact, htm and signals as the page uses.

export interface VNode { type: unknown; props: object; key: unknown }
export type Child = VNode | string | number | boolean | null | undefined | Child[];
export type Component<P> = (props: P) => VNode | null;

export function h<P extends object>(type: Component<P>, props: P & { key?: string | number }, ...children: Child[]): VNode;
export function h(type: string, props: Record<string, unknown> | null, ...children: Child[]): VNode;

/** A template of elements; components of our own are called with h(), because their props are checked there. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;

export const Fragment: Component<{ children?: Child }>;
export function render(node: VNode | null, parent: Element): void;
export function createRef<T>(): { current: T | null };

export function useEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useLayoutEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useRef<T>(initial: T): { current: T };
export function useRef<T>(initial: T | null): { current: T | null };
export function useState<T>(initial: T | (() => T)): [T, (next: T | ((now: T) => T)) => void];
export function useCallback<F extends Function>(run: F, inputs: readonly unknown[]): F;
export function useMemo<T>(make: () => T, inputs: readonly unknown[]): T;

export interface ReadonlySignal<T> { readonly value: T; peek(): T; subscribe(run: (value: T) => void): () => void }
export interface Signal<T> extends ReadonlySignal<T> { value: T }
export function signal<T>(initial: T): Signal<T>;
export function computed<T>(derive: () => T): ReadonlySignal<T>;
export function effect(run: () => void | (() => void)): () => void;
export function batch<T>(run: () => T): T;

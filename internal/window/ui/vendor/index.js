// The one door to the libraries that the page did not write. Nothing else imports from this folder.
import { h, Fragment, render, createRef } from "./preact.js";
import { useEffect, useLayoutEffect, useRef, useState, useCallback, useMemo } from "./hooks.js";
import { signal, computed, effect, batch } from "./signals.js";
import htm from "./htm.js";

const html = htm.bind(h);

export { h, html, Fragment, render, createRef, useEffect, useLayoutEffect, useRef, useState, useCallback, useMemo, signal, computed, effect, batch };

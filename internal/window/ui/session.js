// How this page proves that its person opened it: a one-time token from the address is traded for a bearer, which lives as long as the window.

const KEY = "lanyard.bearer";

export const bearer = () => sessionStorage.getItem(KEY) ?? "";

export const forget = () => sessionStorage.removeItem(KEY);

/** Takes the token out of the address bar and trades it. @returns {Promise<boolean>} whether there is a bearer now */
export async function begin() {
	const token = new URLSearchParams(location.hash.slice(1)).get("k");
	if (!token) return bearer() !== "";
	history.replaceState(null, "", "/");
	const answer = await fetch("/api/v1/window/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }) });
	if (answer.ok) sessionStorage.setItem(KEY, (await answer.json()).bearer);
	return answer.ok || bearer() !== "";
}

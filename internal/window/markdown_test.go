package window_test

import (
	"context"
	"strings"
	"testing"
	"time"
)

// drawnNow is the last message on the page: the elements of its words by name, with where links lead.
const drawnNow = `(() => {
	const say = (n) => n.nodeType === 3 ? n.data : "<" + n.localName + (n.href ? " " + n.getAttribute("href") : "") + (n.start > 1 ? " " + n.start : "") + ">" + [...n.childNodes].map(say).join("") + "</" + n.localName + ">";
	return [...document.querySelectorAll(".message-text")].at(-1) ? [...[...document.querySelectorAll(".message-text")].at(-1).childNodes].map(say).join("") : "";
})()`

// markdown: what people write by hand is drawn as elements, and what only looks like it stays as it was written. Texts that lie become no link and reach nothing beside them.
func markdown(t *testing.T, browser context.Context) {
	c := newCanned(t)
	c.person("ana", "Ana Almeida", "legal-2", "available", true, time.Now())
	c.add("ana", false, "first", time.Now())
	b := open(t, browser, c.URL())
	b.click(".person", "Ana Almeida")
	b.see(".message", "first")
	for _, one := range []struct{ what, text, want string }{
		{"plain words", "two * three * four, a_b_c, 2**3**4", "two * three * four, a_b_c, 2**3**4"},
		{"bold and italic", "**bold**, *italic* and _this_", "<strong>bold</strong>, <em>italic</em> and <em>this</em>"},
		{"one in the other", "**bold and *italic***", "<strong>bold and <em>italic</em></strong>"},
		{"code keeps its stars", "`**not bold** <b>`", "<code>**not bold** <b></code>"},
		{"a code block", "see\n```go\nif a < b {\n```\nright", "<p>see</p><pre><code>if a < b {</code></pre><p>right</p>"},
		{"a code block that does not end", "```\nopen", "```\nopen"},
		{"a code block that begins and ends in a line", "see ```go\nif a < b {\n``` there", "<p>see</p><pre><code>if a < b {</code></pre><p>there</p>"},
		{"a code block with the signs in it", "```\na ``` b\n```", "<pre><code>a ``` b</code></pre>"},
		{"code between three signs", "use ```a*b*``` here", "use <code>a*b*</code> here"},
		{"a code block in a quote", "> ```\n> *x*\n> ```", "<blockquote>```\n<em>x</em>\n```</blockquote>"},
		{"words struck out", "~~at **ten**~~ at eleven, a~~b~~c", "<s>at <strong>ten</strong></s> at eleven, a~~b~~c"},
		{"signs that stand for themselves", `\*a\* *b\*c* \_d\_ \~~e\~~ \` + "`f\\`" + ` \[g](h)`, "*a* <em>b*c</em> _d_ ~~e~~ `f` [g](h)"},
		{"no list and no quote", "\\- a\n\\> b\n3\\. c", "- a\n> b\n3. c"},
		{"backslashes that are meant", `C:\_a\*b* \\srv\_c src\a\_b a\b ¯\_(ツ)_/¯ ` + "`\\*`", `C:\_a\*b* \\srv\_c src\a\_b a\b ¯\_(ツ)_/¯ <code>\*</code>`},
		{"a list", "- one\n- **two**", "<ul><li>one</li><li><strong>two</strong></li></ul>"},
		{"a numbered list", "3. three\n4. four", "<ol 3><li>three</li><li>four</li></ol>"},
		{"a quote", "> who said\n> this\nI did", "<blockquote>who said\nthis</blockquote><p>I did</p>"},
		{"a link says where it leads", "[the plan](https://wiki.example/plan)", "<a https://wiki.example/plan>the plan</a><span> (wiki.example)</span>"},
		{"an address with parentheses", "[y](https://wiki.example/c_(d)) z)", "<a https://wiki.example/c_(d)>y</a><span> (wiki.example)</span> z)"},
		{"a sign before words that name another host", `[https\_://bank](https://evil.example/x) [www\_.x](https://evil.example/x)`, "[https_://bank](<a https://evil.example/x>https://evil.example/x</a>) [www_.x](<a https://evil.example/x>https://evil.example/x</a>)"},
		{"an address with stars and lines", "https://wiki.example/a_b_c*d*e", "<a https://wiki.example/a_b_c*d*e>https://wiki.example/a_b_c*d*e</a>"},
		{"markup is text", "**<img src=x onerror=alert(1)>** <script>", "<strong><img src=x onerror=alert(1)></strong> <script>"},
		{"a script is no link", "[x](javascript:alert(1)) [y](data:text/html,z)", "[x](javascript:alert(1)) [y](data:text/html,z)"},
		{"a script in disguise", "[x](jAvAsCrIpT\t:alert(1)) [z]( javascript:alert(1))", "[x](jAvAsCrIpT\t:alert(1)) [z]( javascript:alert(1))"},
		{"words that pass for another address", "[https://bank.example](https://evil.example/x)", "[https://bank.example](https://evil.example/x)"},
		{"words that name another host", "[bank.example](https://evil.example/x)", "[bank.example](<a https://evil.example/x>https://evil.example/x</a>)"},
		{"a name before the host", "[sign in](https://bank.example@evil.example/x)", "[sign in](https://bank.example@evil.example/x)"},
		{"words that turn the text", "[\u202egnp.exe](https://evil.example/x)", "[\u202egnp.exe](<a https://evil.example/x>https://evil.example/x</a>)"},
		{"an empty name", "[ ](https://evil.example/x)", "[ ](<a https://evil.example/x>https://evil.example/x</a>)"},
		{"letters of another script in a host", "[x](https://ex\u0430mple.test/)", "[x](https://ex\u0430mple.test/)"},
		{"overrides stay within", "**\u202eevil** after", "<strong>\u202eevil</strong> after"},
	} {
		c.say("message", c.add("ana", false, one.text, time.Now()))
		b.until(one.what+" is drawn as "+one.want, drawnNow+` === %s`, one.want)
	}
	if loose := eval[[]string](b, `[...document.querySelectorAll(".message-text strong, .message-text em, .message-text s, .message-text code, .message-text a, .message-blocks > *, .message-blocks li")].filter((e) => getComputedStyle(e).unicodeBidi !== "isolate").map((e) => e.outerHTML)`); len(loose) > 0 {
		t.Errorf("an override in these turns what stands beside them: %q", loose)
	}
	b.looks("markdown")
	for _, text := range []string{strings.Repeat("**a ", 8000), strings.Repeat("*_", 16000), strings.Repeat("[a](", 8000), strings.Repeat("> ", 16000), strings.Repeat("`", 32000), strings.Repeat("- a\n", 8000), strings.Repeat("```\n", 8000), strings.Repeat("a ```\n", 5000), strings.Repeat("```go\n", 5000), strings.Repeat("\\*", 16000), strings.Repeat("a.\\", 10000), strings.Repeat("~~a ", 8000),
		strings.Repeat("[a](http://x/(", 2000)} {
		c.say("message", c.add("ana", false, text, time.Now()))
		c.say("message", c.add("ana", false, "after "+text[:4], time.Now()))
		b.see(".message-text", "after")
	}
}

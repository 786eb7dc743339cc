package agent

import "testing"

func TestIsEmoji(t *testing.T) {
	for text, want := range map[string]bool{
		"👍": true, "👍🏽": true, "❤️": true, "❤": true, "👩‍👩‍👧": true, "🇩🇪": true, "1️⃣": true, "#⃣": true, "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": true,
		"‼️": true, "ℹ️": true, "↔️": true, "✅": true, "〰️": true, "㊗️": true, "⬛": true, "Ⓜ️": true,
		"👩🏽‍🚀": true, "🏳️‍🌈": true, "🏽": true,
		"©": false, "®": false, "👍🏽👍🏽": false, "👍👍": false, "🇩🇪🇫🇷": false, "1️⃣2️⃣": false, "🇩🇪👍": false,
		"": false, "hello": false, "<b>": false, "1": false, "12": false, "👍1": false, "1👍": false, "ok👍": false, "+1": false, ":)": false, "\ufe0f": false, "\u200d": false, "\u20e3": false,
		"é": false, "你": false, "👍\u202e": false, "👍\x00": false, "\xff": false,
	} {
		if isEmoji(text) != want {
			t.Errorf("%q is an emoji: %v, want %v", text, !want, want)
		}
	}
}

package window_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"path/filepath"
	"testing"

	"lanyard/internal/api"
)

// pictures is a screenshot that is pasted, seen small before it is taken and whole afterwards, and a sound that is played where it stands.
func pictures(t *testing.T, ana, ben *desk, home string) {
	ana.click(".composer-field", "")
	ana.typeText("The third floor")
	ana.until("a screenshot is pasted", `(() => {
		if (window.pasted) return true;
		window.pasted = true;
		const canvas = Object.assign(document.createElement("canvas"), {width: 800, height: 450});
		const c = canvas.getContext("2d");
		for (let i = 0; i < 30; i++) { c.fillStyle = "hsl(" + i * 12 + " 80%% 60%%)"; c.fillRect(i * 27, i * 9, 200, 120); }
		canvas.toBlob((blob) => {
			const data = new DataTransfer();
			data.items.add(new File([blob], "Screenshot.png", {type: "image/png"}));
			document.querySelector(".composer-field").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
		}, "image/png");
		return true;
	})()`)
	ana.see(".dialog", "Screenshot.png")
	ana.until("one sees what goes out", `(() => { const i = document.querySelector(".dialog .preview"); return !!i && i.complete && i.naturalWidth === 800 && i.clientHeight > 100; })()`)
	ana.until("what was written goes with it, and can be written on", `document.activeElement.matches(".dialog .words-with") && document.activeElement.value === "The third floor"`)
	ana.press("End", 0)
	ana.typeText(", as it is now")
	ana.looks("pasted")
	ana.size(320, 640, 1)
	ana.fits("pasted-320")
	ana.size(1280, 800, 1)
	ana.click(".dialog .words-with", "")
	ana.press("Enter", 0)
	ana.until("nothing is left to be sent", `!document.querySelector(".dialog") && document.querySelector(".composer-field").value === ""`)
	ben.see(".message-theirs", "The third floor, as it is now")
	const drawn = `(() => { const i = [...document.querySelectorAll(".message-file img.picture")].at(-1); return !!i && i.complete && i.naturalWidth > 0 && i.dataset.kind === %s && Math.abs(i.clientWidth * 450 - i.clientHeight * 800) < 900; })()`
	ana.until("the small picture is drawn at the sender", drawn, "thumbnail")
	ben.until("the small picture is drawn before the file is here", drawn, "thumbnail")
	ben.see("[data-file-state=offered] .card-name", "Screenshot.png")
	ben.looks("picture-offered")
	ben.click("[data-file-state=offered] button", "Accept")
	ben.see("[data-file-state=received]", "Screenshot.png")
	ben.until("the picture itself is drawn", drawn, "content")
	ben.click("button.picture-frame", "")
	ben.until("it is drawn as large as it is", `(() => { const i = document.querySelector(".picture-whole"); return !!i && i.complete && i.naturalWidth === 800; })()`)
	ben.looks("picture")
	ben.click(".dialog button", "Close")

	ana.drop("[data-drop=conversation]", write(t, filepath.Join(home, "Chime.wav"), string(chime())))
	ana.click(".dialog .button-main", "Send")
	ben.see("[data-file-state=offered] .card-name", "Chime.wav")
	if eval[bool](ben.tab, `!!document.querySelector("audio")`) {
		t.Error("a sound can be played before it is here")
	}
	ben.click("[data-file-state=offered] button", "Accept")
	ben.until("no length is claimed that is not known", `!document.querySelector("audio") && !!document.querySelector(".player-begin")`)
	ben.looks("sound-offered")
	ben.click(".player-begin", "Play Chime.wav")
	ben.until("it is played", `(() => { const a = document.querySelector("audio.player"); if (!a) return false; a.muted = true; return a.duration === 3 && a.currentTime > 0; })()`)
	ben.until("it is silent again", `(document.querySelector("audio.player").pause(), true)`)
	ben.until("it does not touch what stands below", `document.querySelector("audio.player").getBoundingClientRect().bottom + 6 <= [...document.querySelectorAll(".card-name")].at(-1).getBoundingClientRect().top`)
	ana.until("the sender can hear it, too", `!!document.querySelector(".message-mine .player-begin")`)
	ben.looks("sound")
}

// held is a transfer that is paused at either end while the other is away, told truthfully by both cards, and let go on.
func held(t *testing.T, ana, ben *desk, home string) {
	ana.drop("[data-drop=conversation]", write(t, filepath.Join(home, "Minutes.txt"), "what was said"))
	ana.click(".dialog .button-main", "Send")
	ben.see("[data-file-state=offered] .card-name", "Minutes.txt")
	ana.End()
	ben.see(".head-where", "Not here since")
	ben.click("[data-file-state=offered] button", "Accept")
	ben.see("[data-file-state=waiting] .card-state", "Goes on when Ana Almeida is here")
	ben.click("[data-file-state=waiting] button", "Pause")
	ben.see("[data-file-state=paused] .card-state", "Held by you")
	ana.Start()
	ana.see("[data-file-state=paused] .card-state", "Held by Benedikt Becker")
	ben.looks("held")
	ben.click("[data-file-state=paused] button", "Go on")
	ana.see("[data-file-state=received]", "Minutes.txt")
	ben.says("what was said", "Received", "Minutes.txt")
}

// unasked is a small file of somebody known, which comes by itself.
func unasked(t *testing.T, ana, ben *desk, home string) {
	ben.click("button", "Presence: Available")
	ben.click(".menu-item", "Settings…")
	ben.until("the size is changed", `(() => { const f = document.querySelector("input[name=unasked]"); if (!f || f.disabled) return false; f.value = "20"; return f.dispatchEvent(new Event("change", {bubbles: true})); })()`)
	eventually(t, "the agent knows it", func() bool { u, err := ben.Unasked(t.Context()); return err == nil && u.Megabytes == 20 })
	ben.click(".dialog button", "Done")
	ana.drop("[data-drop=conversation]", write(t, filepath.Join(home, "Menu.txt"), "soup"))
	ana.click(".dialog .button-main", "Send")
	ben.see("[data-file-state=received]", "Menu.txt")
	ben.says("soup", "Received", "Menu.txt")
	if _, err := ben.SetUnasked(t.Context(), api.Unasked{}); err != nil {
		t.Fatal(err)
	}
}

// chime is three seconds of a tone, as a WAV file.
func chime() []byte {
	const rate, seconds = 8000, 3
	var b bytes.Buffer
	b.WriteString("RIFF")
	_ = binary.Write(&b, binary.LittleEndian, uint32(36+2*rate*seconds)) // a buffer takes everything
	b.WriteString("WAVEfmt ")
	for _, v := range []any{uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, uint32(2*rate*seconds))
	for i := range rate * seconds {
		_ = binary.Write(&b, binary.LittleEndian, int16(8000*math.Sin(2*math.Pi*440*float64(i)/rate)))
	}
	return b.Bytes()
}

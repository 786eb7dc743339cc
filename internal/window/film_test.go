package window_test

import (
	"bytes"
	"image"
	"image/png"
	"path/filepath"
	"testing"
)

// film is one that the sender's browser makes from a drawing, and that is played where it stands: to its end, and again from where one likes.
func film(_ *testing.T, ana, ben *desk, _ string) {
	ana.click(".composer-field", "")
	ana.until("a film is made and pasted", `(() => {
		if (window.film) return window.film.pasted === true;
		window.film = {};
		const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 180}), c = canvas.getContext("2d");
		const track = canvas.captureStream(0).getVideoTracks()[0], parts = [];
		const recorder = new MediaRecorder(new MediaStream([track]), {mimeType: "video/webm;codecs=vp8"});
		recorder.ondataavailable = (e) => parts.push(e.data);
		recorder.onstop = () => {
			const data = new DataTransfer();
			data.items.add(new File(parts, "Walk.webm", {type: "video/webm"}));
			document.querySelector(".composer-field").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
			window.film.pasted = true;
		};
		recorder.start();
		let drawn = 0;
		const draw = () => {
			if (drawn === 30) return recorder.stop();
			c.fillStyle = "hsl(" + drawn * 12 + " 80%% 60%%)";
			c.fillRect(0, 0, 320, 180);
			track.requestFrame();
			drawn++;
			setTimeout(draw, 50);
		};
		draw();
		return false;
	})()`)
	ana.see(".dialog", "Walk.webm")
	ana.click(".dialog .button-main", "Send")
	ben.click(".person", "Ana Almeida")
	ben.see("[data-file-state=offered] .card-name", "Walk.webm")
	ben.until("a film can not be played before it is here", `!document.querySelector("video") && !document.querySelector("[aria-label='Play Walk.webm']")`)
	ben.click("[data-file-state=offered] button", "Accept")
	ben.click(".player-begin", "Play Walk.webm")
	const player = `document.querySelector("video.player")`
	ben.until("it is played to its end, in its own size", `(() => { const v = `+player+`; return !!v && v.ended && v.currentTime > 0.5 && v.videoWidth === 320 && v.videoHeight === 180; })()`)
	ben.until("it has its room", `(() => { const r = `+player+`.getBoundingClientRect(); return r.width > 200 && Math.abs(r.width * 9 - r.height * 16) < 32; })()`)
	ben.until("it goes to where one likes, and on from there to its end", `(() => {
		const v = `+player+`;
		if (!window.sought) {
			window.sought = true;
			v.onseeked = () => { window.landed = v.currentTime; v.play(); };
			v.currentTime = 0.2;
		}
		return window.landed >= 0.2 && window.landed < 0.5 && v.ended && v.currentTime > 0.5;
	})()`)
	ana.until("the sender can see it, too", `!!document.querySelector(".message-mine .player-begin-video")`)
	ben.looks("film")
}

// thin are pictures of which one side is very long: at the sender, before they are here and afterwards they push nothing out of sight.
func thin(t *testing.T, ana, ben *desk, home string) {
	for _, size := range []image.Point{{1, 16000}, {10, 16000}, {16000, 1}} {
		called := size.String() + ".png"
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rectangle{Max: size})); err != nil {
			t.Fatal(err)
		}
		ana.drop("[data-drop=conversation]", write(t, filepath.Join(home, called), b.String()))
		ana.click(".dialog .button-main", "Send")
		const small = `(() => {
			const i = [...document.querySelectorAll(".message-file img.picture")].at(-1), frame = i && i.closest(".picture-frame").getBoundingClientRect();
			return !!i && i.alt === "Picture: " + %s && i.dataset.kind === %s && i.complete && i.naturalWidth > 0 && i.clientHeight <= 320 && frame.height <= 320 && frame.height >= 24;
		})()`
		ana.until("it is no higher than any at the sender", small, called, "thumbnail")
		ben.see("[data-file-state=offered] .card-name", called)
		ben.until("it is no higher than any before it is here", small, called, "thumbnail")
		ben.click("[data-file-state=offered] button", "Accept")
		ben.until("it is no higher than any when it is here", small, called, "content")
		ben.looks("thin")
	}
}

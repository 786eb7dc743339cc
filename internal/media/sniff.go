package media

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// HeadSize is how many bytes of a file Sniff looks at.
const HeadSize = 64

// Sniff returns the media type of a content by its first bytes, and how it is shown; None and "" for what a browser is not to be told a type of. The
// signatures are those of the WHATWG MIME Sniffing standard, of RFC 9559 (Matroska, WebM) and of ISO/IEC 14496-12 (MP4).
func Sniff(head []byte) (Kind, string) {
	head = head[:min(len(head), HeadSize)]
	begins := func(with string) bool { return bytes.HasPrefix(head, []byte(with)) }
	riff := func(form string) bool { return begins("RIFF") && len(head) >= 12 && string(head[8:12]) == form }
	switch {
	case begins("\x89PNG\r\n\x1a\n"):
		return Image, "image/png"
	case begins("\xff\xd8\xff"):
		return Image, "image/jpeg"
	case begins("GIF87a"), begins("GIF89a"):
		return Image, "image/gif"
	case riff("WEBP"):
		return Image, "image/webp"
	case riff("WAVE"):
		return Audio, "audio/wav"
	case begins("fLaC"):
		return Audio, "audio/flac"
	case begins("ID3"), isMP3(head):
		return Audio, "audio/mpeg"
	case begins("OggS\x00"):
		return ogg(head)
	case begins("\x1a\x45\xdf\xa3") && bytes.Contains(head, []byte("webm")):
		return Video, "video/webm"
	}
	return mp4(head)
}

// ogg tells film from sound by the first packet, which begins after a page header with one segment.
func ogg(head []byte) (Kind, string) {
	if len(head) > 36 && string(head[28:35]) == "\x80theora" {
		return Video, "video/ogg"
	}
	return Audio, "audio/ogg"
}

// isMP3 recognises a frame of MPEG audio layer III: 11 bits of sync, a version, the layer, and a bit and sampling rate that exist.
func isMP3(head []byte) bool {
	return len(head) >= 4 && head[0] == 0xff && head[1]&0xe6 == 0xe2 && head[1]&0x18 != 0x08 && head[2]&0xf0 != 0xf0 && head[2]&0x0c != 0x0c
}

// mp4 reads the brand of the first box.
func mp4(head []byte) (Kind, string) {
	if len(head) < 12 || string(head[4:8]) != "ftyp" || binary.BigEndian.Uint32(head) < 12 {
		return None, ""
	}
	switch brand := string(head[8:12]); {
	case brand == "M4A " || brand == "M4B ":
		return Audio, "audio/mp4"
	case slices.Contains([]string{"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash", "msdh", "mmp4"}, brand):
		return Video, "video/mp4"
	}
	return None, ""
}

package identity

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawID(t *rapid.T) PeerID {
	return PeerID(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "id"))
}

// TestIDTextForm compares with an ID published by Syncthing, whose algorithm for check characters this is.
func TestIDTextForm(t *testing.T) {
	text := PeerID{}.String()
	if want := strings.TrimSuffix(strings.Repeat("AAAAAAA-", 8), "-"); text != want {
		t.Errorf("zero ID is %s, want %s", text, want)
	}
	// Published example: https://docs.syncthing.net/dev/device-ids.html
	const published = "MFZWI3D-BONSGYC-YLTMRWG-C43ENR5-QXGZDMM-FZWI3DP-BONSGYY-LTMRWAD"
	id, err := ParsePeerID(published)
	if err != nil {
		t.Fatal(err)
	}
	if id.String() != published || id.Short() != "MFZWI3DB" {
		t.Errorf("%s (%s), want %s", id, id.Short(), published)
	}
}

func TestIDTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := drawID(t)
		text := id.String()
		for _, typed := range []string{text, strings.ToLower(text), strings.ReplaceAll(text, "-", " "), " " + strings.ReplaceAll(text, "-", "") + "\r\n"} {
			got, err := ParsePeerID(typed)
			if err != nil || got != id {
				t.Fatalf("%q: %v, %v", typed, got, err)
			}
		}
		if !strings.HasPrefix(strings.ReplaceAll(text, "-", ""), id.Short()) {
			t.Fatalf("short %s of %s", id.Short(), text)
		}
	})
}

// TestIDTextCatchesAFlippedCharacter: every single wrong character is caught, wherever it stands.
func TestIDTextCatchesAFlippedCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(drawID(t).String())
		for at := range text {
			if text[at] == '-' {
				continue
			}
			right := text[at]
			for _, wrong := range []byte(idAlphabet) {
				if text[at] = wrong; wrong == right {
					continue
				}
				if id, err := ParsePeerID(string(text)); err == nil || id != (PeerID{}) {
					t.Fatalf("%s was taken, with the character at %d changed from %c", text, at, right)
				}
			}
			text[at] = right
		}
	})
}

func TestIDTextRefusesTheRest(t *testing.T) {
	whole := PeerID{1}.String()
	for what, text := range map[string]string{
		"nothing":         "",
		"a prefix":        whole[:20],
		"one more":        whole + "A",
		"digits 0 and 1":  strings.Replace(whole, "A", "0", 1),
		"other letters":   strings.Replace(whole, "A", "Ä", 1),
		"a long paste":    strings.Repeat(whole+" ", 10),
		"endless hyphens": strings.Repeat("-", 1<<20),
	} {
		if id, err := ParsePersonID(text); err == nil || id != (PersonID{}) {
			t.Errorf("%s was taken", what)
		}
	}
}

func TestIDInJSON(t *testing.T) {
	in := map[PeerID][]PersonID{{1}: {{2}, {3}}}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out map[PeerID][]PersonID
	if err := json.Unmarshal(text, &out); err != nil || len(out[PeerID{1}]) != 2 || out[PeerID{1}][1] != (PersonID{3}) {
		t.Errorf("%s came back as %v, %v", text, out, err)
	}
}

func TestIDInCBOR(t *testing.T) {
	id := PeerID{1, 2, 3}
	data, err := encoding().Marshal(id)
	if err != nil || len(data) != 34 {
		t.Fatalf("%x, %v", data, err)
	}
	var got PeerID
	if err := decoding().Unmarshal(data, &got); err != nil || got != id {
		t.Errorf("%v, %v", got, err)
	}
	for what, bad := range map[string][]byte{
		"31 bytes":  append([]byte{0x58, 31}, make([]byte, 31)...),
		"33 bytes":  append([]byte{0x58, 33}, make([]byte, 33)...),
		"text":      append([]byte{0x78, 32}, make([]byte, 32)...),
		"null":      {0xf6},
		"an array":  {0x80},
		"long form": append([]byte{0x59, 0, 32}, make([]byte, 32)...),
	} {
		got := PeerID{9}
		if err := decoding().Unmarshal(bad, &got); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
}

func FuzzParsePeerID(f *testing.F) {
	seed := rand.New(rand.NewPCG(1, 2))
	for range 4 {
		var id PeerID
		for i := range id {
			id[i] = byte(seed.Uint32())
		}
		f.Add(id.String())
	}
	f.Add("MFZWI3D-BONSGYC-YLTMRWG-C43ENR5-QXGZDMM-FZWI3DP-BONSGYY-LTMRWAD")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ParsePeerID(text)
		if err != nil {
			if id != (PeerID{}) {
				t.Errorf("%q: an ID with the error %v", text, err)
			}
			return
		}
		if strings.ReplaceAll(id.String(), "-", "") != strings.Map(dropSeparators, strings.ToUpper(text)) {
			t.Errorf("%q was taken for %s", text, id)
		}
	})
}

package wire

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

// TestTableIsTheProtocols compares the table in docs/protocol.md with the code, both ways.
func TestTableIsTheProtocols(t *testing.T) {
	text, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| 0x([0-9a-f]{4}) \| ([a-z-]+) \| (link|bulk) \| (\d+) \|`)
	told := map[Kind]kindRow{}
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		number, err := strconv.ParseUint(m[1], 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		size, err := strconv.Atoi(m[4])
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := told[Kind(number)]; twice {
			t.Errorf("docs/protocol.md lists 0x%s twice", m[1])
		}
		told[Kind(number)] = kindRow{Kind(number), m[2], m[3] == "bulk", size}
	}
	if len(told) < 20 {
		t.Fatalf("only %d rows found in docs/protocol.md: the pattern no longer fits", len(told))
	}
	names := map[string]bool{}
	for _, have := range table {
		if want := told[have.kind]; have != want {
			t.Errorf("the code has %+v, docs/protocol.md %+v", have, want)
		}
		if names[have.name] {
			t.Errorf("two kinds are called %s", have.name)
		}
		names[have.name] = true
		delete(told, have.kind)
		if have.kind.String() != have.name || have.kind.Cap() != have.cap || !have.kind.Known() || have.kind.Bulk() != have.bulk {
			t.Errorf("%+v is looked up as %s, %d", have, have.kind, have.kind.Cap())
		}
	}
	for _, row := range told {
		t.Errorf("docs/protocol.md has %+v, the code does not", row)
	}
}

func TestUnknownKind(t *testing.T) {
	k := Kind(0x7abc)
	if k.Known() || k.Cap() != MaxLinkFrame || k.String() != "kind 0x7abc" || k.Bulk() {
		t.Errorf("%s, %d", k, k.Cap())
	}
}

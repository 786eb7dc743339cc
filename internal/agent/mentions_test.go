package agent

import (
	"fmt"
	"slices"
	"testing"

	"lanyard/internal/identity"
)

// TestMentionsInText: the longest name after an @ that stands by itself; a name that two have mentions neither, and nobody is mentioned twice.
func TestMentionsInText(t *testing.T) {
	ben, ben2, anna := mentionable{"Ben", identity.PersonID{1}}, mentionable{"Ben Becker", identity.PersonID{2}}, mentionable{"Anna", identity.PersonID{3}}
	twin, everyone, sales := mentionable{"anna", identity.PersonID{4}}, mentionable{name: "everyone"}, mentionable{name: "Säles"}
	carl, carls := mentionable{"Carl", identity.PersonID{5}}, mentionable{name: "CARL"}
	for text, want := range map[string][]mentionable{
		"":                             nil,
		"@":                            nil,
		"Ben, please":                  nil,
		"@Ben, please":                 {ben},
		"@ben and @BEN BECKER.":        {ben, ben2},
		"@Benedict":                    nil,
		"a@Ben":                        nil,
		"(@Ben)":                       {ben},
		"@Ben @Ben":                    {ben},
		"@Anna":                        nil,
		"@everyone: @Säles first":      {everyone, sales},
		"@SÄLES":                       {sales},
		"@everyone1":                   nil,
		"@@Ben":                        {ben},
		"\xff@Ben\xff":                 {ben},
		"@Ben Becke":                   {ben},
		"`@Ben` and @Carl`s":           {carl},
		"```\n@everyone\n```\n@Säles":  {sales},
		"@carl":                        {carl},
		"mail ben@example.com, @Ben\n": {ben},
	} {
		if got := inText(text, []mentionable{ben, anna, ben2, twin, everyone, sales, carls, carl, carls}); !slices.Equal(got, want) {
			t.Errorf("%q mentions %v, want %v", text, got, want)
		}
	}
	var many []mentionable
	text := ""
	for i := range 50 {
		one := mentionable{fmt.Sprintf("P%02d", i), identity.PersonID{byte(i), 1}}
		if i%4 == 0 {
			one.person = identity.PersonID{}
		}
		many = append(many, one)
		text += "@" + one.name + " "
	}
	if got := inText(text, many); len(got) < mostGroups || len(got) > mostPersons+mostGroups {
		t.Errorf("%d are mentioned", len(got))
	}
}

func FuzzMentionsInText(f *testing.F) {
	f.Add("@Ben @everyone", "Ben", "everyone")
	f.Add("@İ", "i̇", "İ")
	f.Fuzz(func(t *testing.T, text, a, b string) {
		inText(text, []mentionable{{a, identity.PersonID{1}}, {b, identity.PersonID{}}})
	})
}

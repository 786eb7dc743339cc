package main

import (
	"context"
	"strings"

	"lanyard/internal/api"
)

func verifyCommand() command {
	return command{name: "verify", args: "P [same|different] [--off]", summary: "Make sure that a person is who they seem to be, by comparing four words", flags: []string{"off"}, min: 1, max: 2,
		about: `
Both of you see the same four words, unless somebody sits between your machines. With P alone it shows the words, here and at P, for ten minutes.
Ask P by voice, or face to face, which words they see: in their window, or by lanyard verify with your name. Then say what you heard; each of you
says it for yourself.

same       they are the same: P is verified from now on, which lanyard peers shows; another key is another person, who is not
different  they differ: P is not verified, and is told so. That stays with both names until words are compared anew and are the same.
           Write nothing secret to P; compare again in person, or block P. What is sent to P all the same says so on the standard error
--off      P is not verified any more, or not marked any more as somebody with whom words differed`,
		run: func(ctx context.Context, c *call) error {
			verdict := ""
			if len(c.words) == 2 {
				verdict = c.words[1]
			}
			switch {
			case verdict != "" && (c.flags.has("off") || verdict != "same" && verdict != "different"):
				return usage("lanyard verify needs: P, and then same or different once you have compared the words")
			case c.flags.has("off"):
				return simple(func(ctx context.Context, a *api.Client, c *call) (api.Words, error) { return a.Doubt(ctx, c.words[0]) }, printVerdict)(ctx, c)
			case verdict != "":
				return simple(func(ctx context.Context, a *api.Client, c *call) (api.Words, error) {
					return a.AnswerWords(ctx, c.words[0], verdict == "same")
				}, printVerdict)(ctx, c)
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) (api.Words, error) {
				return a.CompareWords(ctx, c.words[0])
			}, printWords)(ctx, c)
		}}
}

func printWords(c *call, w api.Words) {
	c.say("%s", strings.Join(w.Words, " "))
	c.say("%s", w.Digits)
	c.say("Ask %s which words they see, and then: lanyard verify %s same, or different in its place", w.Distinct(), w.Person) // whole: a name may hold what a shell runs, or look like the beginning of an ID
}

func printVerdict(c *call, w api.Words) {
	if w.Trust == "verified" {
		c.say("%s is verified.", w.Distinct())
		return
	}
	c.say("%s is not verified.", w.Distinct())
	if w.Trust == "differs" {
		c.say("The words differ: somebody may be between your computers. Write nothing secret there. Compare again in person (lanyard verify %[1]s), or refuse what comes (lanyard block %[1]s).", w.Person)
	}
}

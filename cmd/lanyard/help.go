package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// help prints the help of one command; of a group's name, its commands; of the agent itself, everything.
func help(out io.Writer, c command) error {
	var b strings.Builder
	switch {
	case c.name == "":
		overview(&b)
	case c.run == nil:
		fmt.Fprintf(&b, "%s:\n\n", c.full())
		listCommands(&b, c.name+" ")
	default:
		fmt.Fprintf(&b, "%s\n\n%s.\n", strings.TrimSpace(c.full()+" "+c.args), c.summary)
		if c.about != "" {
			fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(c.about))
		}
		b.WriteString("\n--profile DIR  the profile of another agent than this user's own\n--json         the answer as JSON\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func overview(b *strings.Builder) {
	start := startCommand()
	fmt.Fprintf(b, "Lanyard: messages and shared folders for the people on this network.\n\nlanyard %s\n\n%s.\n\n%s\n\nWhile it runs:\n\n",
		start.args, start.summary, strings.TrimSpace(start.about))
	listCommands(b, "")
	b.WriteString(`
Flags may stand anywhere; -- ends them. Every command has --json, --profile DIR and --help; lanyard help COMMAND is the same. A person is given
by their whole name in any case, or by 8 or more characters of their ID, and so is a room. Of a person and a room of one
name the person is meant, unless I made the room or wrote into it: then the ID says which. Of the ID of a message or a file the first 8 or more
characters do, too. Exit status: 0 success, 1 failure, 2 wrong use, 3 stored but not in the awaited state in time.
`)
}

func listCommands(b *strings.Builder, prefix string) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, c := range commands()[1:] {
		if strings.HasPrefix(c.name, prefix) {
			fmt.Fprintf(w, "  lanyard %s\t%s\n", strings.TrimSpace(c.name+" "+c.args), c.summary)
		}
	}
	_ = w.Flush() // a strings.Builder takes everything
}

package control

import (
	"bufio"
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"

	"lanyard/internal/api"
	"lanyard/internal/markdown"
)

// htmlSheet writes one page that opens anywhere, for ever: no script, nothing loaded, and a policy that forbids both.
type htmlSheet struct {
	out  *bufio.Writer
	now  time.Time
	open bool   // a conversation is open
	day  string // the heading written last
	room bool   // the conversation is one
}

const htmlHead = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Conversations</title>
<style>
:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 3rem; border-bottom: 1px solid #8886 }
h3 { font-size: 1rem; text-align: center; color: GrayText }
article { margin: .5rem 0; padding: .4rem .8rem; border-radius: .6rem; background: #8881; break-inside: avoid }
article.mine { margin-left: 3rem; background: #48f2 }
header { font-size: .85rem; color: GrayText }
p.change { margin: .6rem 0; text-align: center; font-size: .85rem; color: GrayText }
p.gone, .before, footer { font-size: .85rem; color: GrayText }
.before > p:first-child { display: inline }
ul, ol { margin: .2rem 0; padding-inline-start: 1.5rem; white-space: normal }
li { white-space: pre-wrap; overflow-wrap: anywhere }
pre { margin: .2rem 0; padding: .4rem; border: 1px solid #8886; border-radius: .4rem; overflow-x: auto }
blockquote { white-space: pre-wrap; overflow-wrap: anywhere; margin: .2rem 0; padding: 0 .6rem; border-inline-start: 3px solid #8886 }
.reply { font-size: .85rem }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
</style>
</head>
<body>
<h1>Conversations</h1>
`

func (s *htmlSheet) begin(all []api.Conversation) {
	text(s.out, htmlHead, "<p>Exported from Lanyard on ", s.now.Format("2006-01-02 15:04 MST"), ".</p>\n")
	if len(all) < 2 {
		return
	}
	text(s.out, "<ul>\n")
	for _, v := range all {
		text(s.out, `<li><a href="#c`, html.EscapeString(v.ID), `">`, shown(v.Distinct()), "</a></li>\n")
	}
	text(s.out, "</ul>\n")
}

func (s *htmlSheet) conversation(v api.Conversation) {
	s.close()
	s.open, s.day, s.room = true, "", v.Room != nil
	text(s.out, `<section id="c`, html.EscapeString(v.ID), "\">\n<h2>", shown(v.Distinct()), "</h2>\n")
}

func (s *htmlSheet) message(m entry) {
	at := m.Time.Local()
	if day := at.Format("Monday, 2 January 2006"); day != s.day {
		s.day = day
		text(s.out, "<h3>", day, "</h3>\n")
	}
	if m.Change != nil {
		text(s.out, `<p class="change" id="m`, html.EscapeString(m.ID), `" dir="auto">`, m.Change.Sentence(m.Author, shown), ` <time datetime="`, at.Format(time.RFC3339), `">`, at.Format("15:04"), "</time></p>\n")
		return
	}
	class := ""
	if m.Mine {
		class = ` class="mine"`
	}
	text(s.out, `<article id="m`, html.EscapeString(m.ID), `"`, class, "><header>", shown(m.Author.Distinct()), ` <time datetime="`, at.Format(time.RFC3339), `">`,
		at.Format("15:04"), "</time>")
	for _, about := range s.about(m.Message) {
		text(s.out, ", ", about)
	}
	text(s.out, "</header>")
	if m.Deleted {
		text(s.out, "<p class=\"gone\">This message was deleted.</p></article>\n")
		return
	}
	if m.ReplyTo != nil {
		text(s.out, `<blockquote class="reply" dir="auto">`, linked(m.ReplyTo), "</blockquote>")
	}
	text(s.out, content(m.Message))
	counted, refused := m.counted()
	for i := 1; i < len(counted); i++ {
		text(s.out, `<div class="before">Until `, counted[i].Time.Local().Format("2006-01-02 15:04"), " it said: ", said(counted[i-1].Text), "</div>")
	}
	for _, v := range refused {
		text(s.out, `<div class="before">Refused at `, v.Time.Local().Format("2006-01-02 15:04"), ", and seen by nobody else: ", said(v.Text), "</div>")
	}
	if who := mentioned(m.Message, shown); who != "" {
		text(s.out, "<footer>Mentions ", who, "</footer>")
	}
	if all := reactions(m.Message, shown); all != "" {
		text(s.out, "<footer>", all, "</footer>")
	}
	text(s.out, "</article>\n")
}

// about is what the line above a message says of it, besides who wrote it and when.
func (s *htmlSheet) about(m api.Message) (all []string) {
	if m.Hook != "" {
		all = append(all, "through "+shown(m.Hook))
	}
	if m.From != "" {
		all = append(all, "passed on from "+shown(m.From))
	}
	if m.Edited != nil {
		all = append(all, "edited "+m.Edited.Local().Format("2006-01-02 15:04"))
	}
	if m.RefusedDeletion && m.Mine {
		all = append(all, "deletion refused")
	}
	if m.Pinned {
		all = append(all, "pinned")
	}
	if m.Starred {
		all = append(all, "starred")
	}
	if state := stateOf(m, s.room, shown); state != "" && !m.Deleted {
		all = append(all, state)
	}
	return all
}

// linked is what a message answers, on one line, with the way to it on this page.
func linked(q *api.Quote) string {
	gist := *q
	gist.Text = markdown.Gist(q.Text)
	if !q.Here {
		return quotation(&gist, shown)
	}
	return `<a href="#m` + html.EscapeString(q.ID) + `">` + quotation(&gist, shown) + "</a>"
}

// content is what a message says.
func content(m api.Message) string {
	switch {
	case m.RefusedDeletion && m.Kind == "unknown":
		return "<p>(its author deleted it when they had been removed from the room: others have it)</p>"
	case m.Gone:
		return "<p>(its words were taken away on the computer where this was exported)</p>"
	case m.Kind == "unknown":
		return "<p>(a newer Lanyard is needed to show this)</p>"
	case m.File != nil:
		return `<p dir="auto">File ` + shown(m.Text) + `, <span title="` + strconv.FormatInt(m.File.Size, 10) + ` bytes">` + sizeWords(m.File.Size) + "</span>, " + shown(m.File.State) + "</p>"
	}
	return said(m.Text)
}

// said are the words of a message, as they are drawn in the window.
func said(words string) string {
	markup, inline := markdown.HTML(clean(words))
	if inline {
		return `<p dir="auto"><bdi>` + markup + "</bdi></p>"
	}
	return markup
}

func (s *htmlSheet) close() {
	if s.open {
		text(s.out, "</section>\n")
	}
	s.open = false
}

func (s *htmlSheet) end() {
	s.close()
	text(s.out, "</body>\n</html>\n")
}

// shown is text from people, so that it can neither become markup nor change how what stands around it reads: isolated, and clean.
func shown(said string) string { return "<bdi>" + html.EscapeString(clean(said)) + "</bdi>" }

// clean is a text without control characters and without those that override the direction of writing.
func clean(said string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(lineBreaks.Replace(said), "\ufffd"))
}

// lineBreaks makes those of other systems one sign.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

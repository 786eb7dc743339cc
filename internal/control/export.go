package control

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"time"

	"lanyard/internal/api"
)

// sheet writes one export: begin, then each conversation with its messages, then end.
type sheet interface {
	begin(all []api.Conversation)
	conversation(v api.Conversation)
	message(m entry)
	end()
}

// entry is a message in an export, with what it said at first and after each change, the last included; nothing of one that was never changed.
type entry struct {
	api.Message
	Versions []api.Version `json:"versions,omitempty"`
}

// export answers GET /export: the file itself, written as the messages are read, so that a million of them need no room.
func (c *Control) export(w http.ResponseWriter, r *http.Request) error {
	v, err := query(r, "format", "conversation")
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	format := v.Get("format")
	if format == "" {
		format = api.FormatHTML
	}
	s, kind := newSheet(format, out)
	if s == nil {
		return usage("format is html, json or csv")
	}
	all, err := c.parts.Records.Exported(r.Context(), v.Get("conversation"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="lanyard.`+format+`"`)
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'")
	if err := c.write(r.Context(), s, all); err != nil {
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one: the connection breaks
	}
	if err := out.Flush(); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// newSheet returns the sheet of a format and its media type, nil for an unknown format.
func newSheet(format string, out *bufio.Writer) (s sheet, kind string) {
	switch format {
	case api.FormatHTML:
		return &htmlSheet{out: out, now: time.Now()}, "text/html; charset=utf-8"
	case api.FormatJSON:
		return &jsonSheet{out: out}, "application/json"
	case api.FormatCSV:
		return newCSVSheet(out), "text/csv; charset=utf-8"
	}
	return nil, ""
}

// write fills a sheet, page by page from the oldest message on.
func (c *Control) write(ctx context.Context, s sheet, all []api.Conversation) error {
	s.begin(all)
	for _, v := range all {
		s.conversation(v)
		q := api.Query{Since: oldest(), Limit: maxPage} // with Since the first page is the oldest
		for {
			page, err := c.parts.Conversations.Page(ctx, v.ID, q)
			if err != nil {
				return err
			}
			for _, m := range page.Messages {
				versions, err := c.versions(ctx, &m)
				if err != nil {
					return err
				}
				s.message(entry{m, versions})
			}
			if !page.More || len(page.Messages) == 0 {
				break
			}
			q.After = page.Messages[len(page.Messages)-1].ID
		}
	}
	s.end()
	return ctx.Err()
}

// versions are those of a message that was changed; of one that has gone since the page was read, by how long it is kept, with its room or by its author, there are none left.
func (c *Control) versions(ctx context.Context, m *api.Message) ([]api.Version, error) {
	if m.Edits == 0 && m.RefusedEdits == 0 || m.Deleted {
		return nil, nil
	}
	all, err := c.parts.Messages.Versions(ctx, m.ID)
	if api.CodeOf(err) == api.CodeNotFound || len(all) == 1 && all[0].Deleted != nil {
		return nil, nil
	}
	return all, err
}

// counted are the versions that a message had, and refused those that nobody else saw.
func (m *entry) counted() (counted, refused []api.Version) {
	for _, v := range m.Versions {
		if v.Refused {
			refused = append(refused, v)
		} else {
			counted = append(counted, v)
		}
	}
	return counted, refused
}

// oldest is before every time that a clock can have sent: in ms since 1970 it is the lowest number.
func oldest() time.Time { return time.UnixMilli(-1 << 62) }

// text writes what cannot fail but for the reader having left, which Flush tells.
func text(out io.StringWriter, parts ...string) {
	for _, p := range parts {
		_, _ = out.WriteString(p)
	}
}

package agent

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/blob"
	"lanyard/internal/control"
	"lanyard/internal/desktop"
	"lanyard/internal/media"
	"lanyard/internal/name"
)

// files shows what is sent and received in conversations as the local API does.
type files struct {
	chats  *chat.Chat
	people *people
	talks  *conversations
	set    *switches              // which are taken unasked
	kept   func(path string) bool // of what was dropped on the window
}

// megabyte is what people call so.
const megabyte = 1_000_000

// Unasked tells up to which size files of people known are taken by themselves.
func (f *files) Unasked() api.Unasked { return api.Unasked{Megabytes: f.set.Settings().AcceptFiles} }

// SetUnasked sets it, for offers that come from now on.
func (f *files) SetUnasked(u api.Unasked) (api.Unasked, error) {
	now, err := f.set.SetSettings(context.Background(), api.SettingsRequest{AcceptFiles: &u.Megabytes})
	return api.Unasked{Megabytes: now.AcceptFiles}, err
}

// Offer offers files and folders of this machine.
func (f *files) Offer(ctx context.Context, to string, paths []string) ([]api.File, error) {
	if len(paths) == 0 {
		return nil, told(api.CodeUsage, "say what to send: one path or more")
	}
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			return nil, told(api.CodeUsage, "give the whole path of what to send, not %q", path)
		}
	}
	in, err := f.talks.find(ctx, to)
	if err != nil {
		return nil, err
	}
	all, err := f.chats.Offer(ctx, in, paths)
	if err != nil {
		return nil, chatError(err)
	}
	rows := []api.File{}
	for _, one := range all {
		rows = append(rows, f.row(one))
	}
	return rows, nil
}

// List returns all files, the newest first.
func (f *files) List(ctx context.Context) ([]api.File, error) {
	all, err := f.chats.Files(ctx)
	if err != nil {
		return nil, chatError(err)
	}
	rows := []api.File{}
	for _, one := range all {
		rows = append(rows, f.row(one))
	}
	return rows, nil
}

// Accept takes a file.
func (f *files) Accept(ctx context.Context, id string) (api.File, error) {
	return f.change(ctx, id, f.chats.Accept)
}

// Decline refuses a file.
func (f *files) Decline(ctx context.Context, id string) (api.File, error) {
	return f.change(ctx, id, f.chats.Decline)
}

// Cancel withdraws an own offer, or ends receiving.
func (f *files) Cancel(ctx context.Context, id string) (api.File, error) {
	return f.change(ctx, id, f.chats.Cancel)
}

// Pause holds a file that is on its way.
func (f *files) Pause(ctx context.Context, id string) (api.File, error) {
	return f.change(ctx, id, f.chats.Pause)
}

// Resume lets a held file go on.
func (f *files) Resume(ctx context.Context, id string) (api.File, error) {
	return f.change(ctx, id, f.chats.Resume)
}

// Reveal shows a file in the file manager.
func (f *files) Reveal(ctx context.Context, id string) (api.File, error) {
	return f.show(ctx, id, desktop.Reveal)
}

// Open opens a file with the program for its kind.
func (f *files) Open(ctx context.Context, id string) (api.File, error) {
	return f.show(ctx, id, desktop.OpenFile)
}

func (f *files) show(ctx context.Context, id string, show func(ctx context.Context, path string) error) (api.File, error) {
	one, err := f.change(ctx, id, f.chats.File)
	switch {
	case err != nil:
		return api.File{}, err
	case one.Path == "":
		return api.File{}, told(api.CodeConflict, "%s is not on this machine yet", one.Name)
	}
	return one, deskError(show(ctx, one.Path))
}

func (f *files) change(ctx context.Context, text string, do func(context.Context, event.ID) (chat.File, error)) (api.File, error) {
	id, err := f.find(ctx, text)
	if err != nil {
		return api.File{}, err
	}
	one, err := do(ctx, id)
	if err != nil {
		return api.File{}, fileError(text, err)
	}
	return f.row(one), nil
}

// fileError is chatError about one file: one that is not here is named.
func fileError(text string, err error) error {
	if errors.Is(err, event.ErrUnknown) {
		return told(api.CodeUnknown, "there is no file with the ID %s: see lanyard files", abridged(text))
	}
	return chatError(err)
}

// find returns the file that an ID, or a prefix of one of 8 or more characters, means.
func (f *files) find(ctx context.Context, text string) (event.ID, error) {
	if id, err := event.ParseID(text); err == nil {
		return id, nil
	}
	if len(text) < chat.MinBeginning || strings.Trim(strings.ToLower(text), "0123456789abcdef") != "" {
		return event.ID{}, told(api.CodeUnknown, "\"%s\" is no ID of a file: it has 64 characters of 0 to 9 and a to f, of which the first %d do; lanyard files shows them", abridged(text), chat.MinBeginning)
	}
	all, err := f.chats.Files(ctx)
	if err != nil {
		return event.ID{}, chatError(err)
	}
	var hits []chat.File
	for _, one := range all {
		if strings.HasPrefix(one.ID.String(), strings.ToLower(text)) {
			hits = append(hits, one)
		}
	}
	switch len(hits) {
	case 0:
		return event.ID{}, fileError(text, event.ErrUnknown)
	case 1:
		return hits[0].ID, nil
	}
	e := told(api.CodeAmbiguous, "several files have an ID that begins so; give more of it")
	for _, one := range hits {
		e.Candidates = append(e.Candidates, api.Candidate{ID: one.ID.String(), Name: one.Offer.Name})
	}
	return event.ID{}, e
}

// Thumbnail returns the small picture of an offered one.
func (f *files) Thumbnail(ctx context.Context, text string) ([]byte, error) {
	id, err := f.find(ctx, text)
	if err != nil {
		return nil, err
	}
	b, err := f.chats.Thumbnail(ctx, id)
	return b, fileError(text, err)
}

// Content opens a file that is here and whole, and looks at what it is: a picture too large to be drawn is only told as a file.
func (f *files) Content(ctx context.Context, text string) (control.Content, error) {
	id, err := f.find(ctx, text)
	if err != nil {
		return control.Content{}, err
	}
	one, err := f.chats.File(ctx, id)
	if err != nil {
		return control.Content{}, fileError(text, err)
	}
	content, err := f.chats.Content(ctx, id)
	changed := errors.Is(err, blob.ErrChanged) || errors.Is(err, blob.ErrUnreadable)
	switch {
	case changed && f.kept(one.Path):
		return control.Content{}, told(api.CodeConflict, noCopy)
	case changed:
		return control.Content{}, told(api.CodeConflict, "%s is not any more where it was, or was changed", name.Quote(one.Offer.Name))
	case err != nil:
		return control.Content{}, chatError(err)
	}
	body := &openContent{SectionReader: io.NewSectionReader(content, 0, content.Size()), content: content}
	return control.Content{Name: one.Offer.Name, Type: typeOf(content), Body: body}, nil
}

// openContent is an open file as HTTP serves it.
type openContent struct {
	*io.SectionReader
	content blob.Content
}

func (c *openContent) Close() error { return c.content.Close() }

// typeOf is what a browser may be told about a content: nothing but pictures of a size that it draws without trouble, sound and film.
func typeOf(content blob.Content) string {
	head := make([]byte, media.HeadSize)
	n, _ := content.ReadAt(head, 0) // what cannot be read has no type; serving it tells why
	kind, is := media.Sniff(head[:n])
	if kind == media.Image {
		if _, _, err := media.Size(io.NewSectionReader(content, 0, content.Size())); err != nil {
			return ""
		}
	}
	return is
}

func (f *files) row(one chat.File) api.File { return fileRow(f.people, one) }

func fileRow(people *people, one chat.File) api.File {
	media, picture := shownAs(one.Offer)
	return api.File{Media: media, Picture: picture, ID: one.ID.String(), Conversation: one.Conversation.String(), From: people.author(one.From), To: people.recipient(one.To), Mine: one.Mine,
		LeftOut: one.Offer.LeftOut, LeftOutNames: one.LeftOut, Unportable: one.Unportable.Count, UnportableNames: one.Unportable.First, Name: one.Offer.Name, Folder: one.Offer.Folder, Size: one.Offer.Size, Files: one.Offer.Files, State: one.State.String(), Paused: one.Paused.String(), Has: people.authors(one.Has), Taking: people.authors(one.Taking), Asked: people.authors(one.Asked), Later: people.authors(one.Later), NoRoom: people.authors(one.NoRoom), Problem: problemOf(people, one),
		Path: one.Path, Progress: api.Progress{Done: one.Progress.Done, Total: one.Progress.Total, Rate: one.Progress.Rate, Left: one.Progress.Left.Seconds()}}
}

// problemOf says what hinders a file, of an own one also who cannot receive it.
func problemOf(people *people, one chat.File) string {
	if one.Problem != "" {
		return one.Problem
	}
	var all []string
	for _, u := range one.Unable {
		all = append(all, people.author(u.Person).Name+" cannot receive it: "+u.Why.Sentence())
	}
	return strings.Join(all, "; ")
}

const acting = "program" // as media: opening it may run something

// unasked is up to how many bytes a file is taken unasked: our person is asked about what may run something when it is opened, however small.
func unasked(name string, megabytes int) int64 {
	if desktop.Acts(name) {
		return 0
	}
	return int64(megabytes) * megabyte
}

// shownAs says how a file is shown in a conversation.
func shownAs(offer event.Offer) (kind string, picture *api.Picture) {
	if offer.Picture != nil {
		picture = &api.Picture{Width: offer.Picture.Width, Height: offer.Picture.Height}
	}
	switch {
	case offer.Folder:
	case desktop.Acts(offer.Name):
		kind = acting
	default:
		kind = string(media.KindOf(offer.Name))
	}
	return kind, picture
}

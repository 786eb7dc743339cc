package api

import (
	"context"
	"io"
	"net/url"
	"strings"
)

// Unasked is up to how many megabytes (10^6 bytes) a file from somebody known is taken by itself, 0 for none.
type Unasked struct {
	Megabytes int `json:"megabytes"`
}

// Unasked tells which files are taken by themselves.
func (c *Client) Unasked(ctx context.Context) (Unasked, error) {
	var v Unasked
	return v, c.call(ctx, "GET", "/files/unasked", nil, &v)
}

// SetUnasked sets which files are taken by themselves, from now on.
func (c *Client) SetUnasked(ctx context.Context, u Unasked) (Unasked, error) {
	var v Unasked
	return v, c.call(ctx, "PUT", "/files/unasked", u, &v)
}

// SendFiles offers files and folders of this machine to a person. It returns once the offers are durable.
func (c *Client) SendFiles(ctx context.Context, to string, paths []string) ([]File, error) {
	var v []File
	return v, c.call(ctx, "POST", at("conversations", to, "files"), PathsRequest{paths}, &v)
}

// Files lists the files and folders sent and received, newest first.
func (c *Client) Files(ctx context.Context) ([]File, error) {
	var v []File
	return v, c.call(ctx, "GET", "/files", nil, &v)
}

// AcceptFile takes a file that somebody offers.
func (c *Client) AcceptFile(ctx context.Context, id string) (File, error) {
	return c.file(ctx, id, "accept")
}

// DeclineFile refuses a file that somebody offers.
func (c *Client) DeclineFile(ctx context.Context, id string) (File, error) {
	return c.file(ctx, id, "decline")
}

// CancelFile withdraws an own offer, or ends receiving somebody else's.
func (c *Client) CancelFile(ctx context.Context, id string) (File, error) {
	return c.file(ctx, id, "cancel")
}

// PauseFile holds a file that is on its way, in either direction, until ResumeFile.
func (c *Client) PauseFile(ctx context.Context, id string) (File, error) {
	return c.file(ctx, id, "pause")
}

// ResumeFile lets a file go on that was held.
func (c *Client) ResumeFile(ctx context.Context, id string) (File, error) {
	return c.file(ctx, id, "resume")
}

// RevealFile shows the file in the desktop's file manager.
func (c *Client) RevealFile(ctx context.Context, id string) (File, error) {
	return c.file(ctx, id, "reveal")
}

// OpenFile opens the file with the desktop's program for its kind.
func (c *Client) OpenFile(ctx context.Context, id string) (File, error) {
	return c.file(ctx, id, "open")
}

// Thumbnail returns the small picture of an offered one: a JPEG of at most 16 KiB, made by its sender.
func (c *Client) Thumbnail(ctx context.Context, id string) (io.ReadCloser, error) {
	return c.request(ctx, "GET", at("files", id, "thumbnail"), "", nil)
}

// FileContent returns the content of a file that is here and whole. The caller closes it.
func (c *Client) FileContent(ctx context.Context, id string) (io.ReadCloser, error) {
	return c.request(ctx, "GET", at("files", id, "content"), "", nil)
}

func (c *Client) file(ctx context.Context, id, action string) (File, error) {
	var v File
	return v, c.call(ctx, "POST", at("files", id, action), nil, &v)
}

// BeginUpload makes room for a file or folder whose content the caller holds, but whose path it does not know: a page's drop.
func (c *Client) BeginUpload(ctx context.Context, what UploadRequest) (Upload, error) {
	var v Upload
	return v, c.call(ctx, "POST", "/uploads", what, &v)
}

// UploadFile sends the content of one file of an upload; path is its place below the upload's name, empty for a single file's own.
func (c *Client) UploadFile(ctx context.Context, id, path string, content io.Reader) error {
	return c.put(ctx, uploadPath(id, path), content)
}

// UploadFolder adds an empty folder to an upload.
func (c *Client) UploadFolder(ctx context.Context, id, path string) error {
	return c.put(ctx, uploadPath(id, path)+"?"+url.Values{"dir": {"1"}}.Encode(), nil)
}

// LeaveOut takes off an upload what of a folder cannot be read or stored; an error says that it may be somebody's work.
func (c *Client) LeaveOut(ctx context.Context, id string, what LeaveOutRequest) error {
	return c.call(ctx, "POST", at("uploads", id, "leave-out"), what, nil)
}

// SendUpload offers a complete upload to a person.
func (c *Client) SendUpload(ctx context.Context, id, to string) (File, error) {
	var v File
	return v, c.call(ctx, "POST", at("uploads", id, "finish"), FinishRequest{Action: ActionSend, To: to}, &v)
}

// ShareUpload makes a shared folder of a complete upload.
func (c *Client) ShareUpload(ctx context.Context, id, name string, with []string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("uploads", id, "finish"), FinishRequest{Action: ActionShare, Name: name, With: with}, &v)
}

// DropUpload throws an upload away.
func (c *Client) DropUpload(ctx context.Context, id string) error {
	return c.call(ctx, "DELETE", at("uploads", id), nil, nil)
}

func (c *Client) put(ctx context.Context, path string, content io.Reader) error {
	answer, err := c.request(ctx, "PUT", path, "application/octet-stream", content)
	if err != nil {
		return err
	}
	return answer.Close()
}

func uploadPath(id, path string) string {
	return at(append([]string{"uploads", id}, strings.Split(path, "/")...)...)
}

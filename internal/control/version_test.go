package control

import (
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/api"
)

// TestAgentOfAnotherVersion: a command that the running agent does not know yet says that, and not which endpoint is missing. What is longer than a
// request can be is refused before it is sent.
func TestAgentOfAnotherVersion(t *testing.T) {
	handler := New(Config{}).Handler()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = strings.Replace(r.URL.Path, "/words", "/nothing", 1) // an agent from before there were any
		handler.ServeHTTP(w, r)
	})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l) // it ends with Close
	}()
	defer func() {
		_ = server.Close()
		<-ended
	}()
	client := api.New(path)
	defer client.Close()
	var told *api.Error
	if _, err := client.CompareWords(t.Context(), "Ben"); !errors.As(err, &told) || told.Code != api.CodeNotFound || !strings.Contains(told.Text, "another version") {
		t.Errorf("an endpoint that is not there: %v", err)
	}
	if _, err := client.CompareWords(t.Context(), strings.Repeat("x", 1<<20)); !errors.As(err, &told) || told.Code != api.CodeUsage {
		t.Errorf("a name of a megabyte: %.200v", err)
	}
}

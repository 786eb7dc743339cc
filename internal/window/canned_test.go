package window_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lanyard/internal/api"
	"lanyard/internal/window"
)

// canned speaks the local API from memory, for what only the page decides: how much it draws, where it scrolls, what it shows of a state. Everything that an agent has a part in is tested
// with real agents.
type canned struct {
	*window.Window
	authority string
	mux       http.ServeMux

	mu        sync.Mutex
	snapshot  api.Snapshot
	messages  map[string][]api.Message // by person
	notices   map[string][]api.Notice
	trash     map[string][]api.TrashEntry
	shared    map[string][]api.SharedFile // by share, in their order
	versions  []api.FileVersion
	conflicts []api.ShareConflict
	laters    []api.Later
	forgotten []api.Peer // blocked, and taken off the list
	rooms     []api.Room
	hits      api.Hits
	mentions  []string // of the text that was posted last
	live      map[chan any]bool
	gone      bool // takes no live channel
	attention api.Attention
	asked     []string
	drafts    []string // that were kept, oldest first

	overtake func(person string, query url.Values) // called when a page of messages is about to be answered
	reading  func(person, upTo string)             // called when how far was read is about to be taken
	taking   http.HandlerFunc                      // takes what is written, nil: it is stored and told
}

type line = map[string]any

func newCanned(t *testing.T) *canned {
	t.Helper()
	c := &canned{messages: map[string][]api.Message{}, notices: map[string][]api.Notice{}, trash: map[string][]api.TrashEntry{}, shared: map[string][]api.SharedFile{}, laters: []api.Later{}, forgotten: []api.Peer{}, rooms: []api.Room{}, hits: api.Hits{Hits: []api.Hit{}}, live: map[chan any]bool{}}
	c.snapshot.Me = api.Me{ID: "me-machine", Person: "me", Name: "Carla Conti", Machine: "desk-14", Presence: "available", Addresses: []string{"192.168.7.14:26426"}, Folder: "/home/carla/Lanyard"}
	c.snapshot.Network.Interfaces = []string{"enp3s0"}
	c.snapshot.Settings = api.Settings{Notifications: true, ReadMarks: true, Typing: true, LastSeen: true, AcceptFiles: 20, TextSize: 100}
	c.mux.HandleFunc("GET /api/v1/status", func(w http.ResponseWriter, r *http.Request) { c.answer(w, c.snapshot.Status) })
	c.mux.HandleFunc("GET /api/v1/live", c.serveLive)
	c.mux.HandleFunc("GET /api/v1/conversations/{to}/messages", c.page)
	c.mux.HandleFunc("POST /api/v1/conversations/{to}/messages", c.post)
	c.mux.HandleFunc("GET /api/v1/search", func(w http.ResponseWriter, _ *http.Request) {
		c.mu.Lock()
		hits := c.hits
		c.mu.Unlock()
		c.answer(w, hits)
	})
	c.mux.HandleFunc("GET /api/v1/conversations/{to}/pins", func(w http.ResponseWriter, r *http.Request) {
		pinned := []api.Message{}
		for _, m := range c.messages[r.PathValue("to")] {
			if m.Pinned {
				pinned = append(pinned, m)
			}
		}
		c.answer(w, pinned)
	})
	c.mux.HandleFunc("GET /api/v1/rooms", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, c.rooms) })
	c.mux.HandleFunc("GET /api/v1/blocked", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, c.forgotten) })
	c.mux.HandleFunc("GET /api/v1/later", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, c.laters) })
	c.mux.HandleFunc("PUT /api/v1/conversations/{to}/read", c.read)
	c.mux.HandleFunc("PUT /api/v1/conversations/{to}/draft", c.draft)
	c.mux.HandleFunc("PUT /api/v1/attention", func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		json.NewDecoder(r.Body).Decode(&c.attention)
	})
	c.mux.HandleFunc("GET /api/v1/shares/{id}/notices", func(w http.ResponseWriter, r *http.Request) { c.answer(w, c.notices[r.PathValue("id")]) })
	c.mux.HandleFunc("GET /api/v1/shares/{id}/trash", func(w http.ResponseWriter, r *http.Request) { c.answer(w, c.trash[r.PathValue("id")]) })
	c.mux.HandleFunc("GET /api/v1/shares/{id}/files", c.sharedFiles)
	c.mux.HandleFunc("GET /api/v1/shares/{id}/versions", func(w http.ResponseWriter, r *http.Request) { c.answer(w, c.versions) })
	c.mux.HandleFunc("GET /api/v1/shares/{id}/ignore", func(w http.ResponseWriter, r *http.Request) {
		c.answer(w, api.ShareRules{Text: "*.log\nbuild/\n/drafts/old\n", Left: 12})
	})
	c.mux.HandleFunc("GET /api/v1/shares/{id}/retention", func(w http.ResponseWriter, r *http.Request) {
		c.answer(w, api.ShareRetention{Days: 30, Percent: 10, Files: 1, Bytes: 81_233, Purged: &api.Purged{Files: 4, Bytes: 2_100_000, Time: time.Now()}})
	})
	c.mux.HandleFunc("GET /api/v1/conflicts", func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		conflicts := c.conflicts
		c.mu.Unlock()
		c.answer(w, conflicts)
	})
	c.mux.HandleFunc("POST /api/v1/shares/locate", func(w http.ResponseWriter, r *http.Request) {
		c.answer(w, line{"paths": []string{"/home/carla/Projects/Budget 2027"}})
	})
	c.mux.HandleFunc("POST /api/v1/dialogs/folder", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNotImplemented)
		json.NewEncoder(w).Encode(line{"error": line{"code": "no-dialog", "text": "This computer shows no folder dialog; type the folder's path."}})
	})

	ln, err := window.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.asked = append(c.asked, r.Method+" "+r.URL.Path)
		c.mu.Unlock()
		c.mux.ServeHTTP(w, r)
	})
	c.authority = ln.Addr().String()
	c.Window = window.New(window.Config{API: api, Secret: window.NewSecret(), Authority: ln.Addr().String(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return c
}

func (c *canned) draft(w http.ResponseWriter, r *http.Request) {
	var body struct{ Text string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	c.drafts = append(c.drafts, body.Text)
	c.mu.Unlock()
	c.answer(w, api.Conversation{})
}

func (c *canned) answer(w http.ResponseWriter, v any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	json.NewEncoder(w).Encode(v)
}

func (c *canned) serveLive(w http.ResponseWriter, r *http.Request) {
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"lanyard.v1"}})
	if err != nil {
		return
	}
	defer socket.CloseNow()
	ctx := socket.CloseRead(r.Context())
	lines := make(chan any, 1000)
	c.mu.Lock()
	if c.gone {
		c.mu.Unlock()
		return
	}
	first, _ := json.Marshal(struct {
		Type string `json:"type"`
		api.Snapshot
	}{"snapshot", c.snapshot})
	c.live[lines] = true
	c.mu.Unlock()
	defer func() { c.mu.Lock(); delete(c.live, lines); c.mu.Unlock() }()
	for {
		if socket.Write(ctx, websocket.MessageText, first) != nil {
			return
		}
		select {
		case v, open := <-lines:
			if !open {
				return
			}
			first, _ = json.Marshal(v)
		case <-ctx.Done():
			return
		}
	}
}

// say sends one event to every open window.
func (c *canned) say(kind string, v any) {
	raw, _ := json.Marshal(v)
	fields := line{}
	json.Unmarshal(raw, &fields)
	fields["type"] = kind
	c.mu.Lock()
	defer c.mu.Unlock()
	for lines := range c.live {
		lines <- fields
	}
}

func (c *canned) page(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	all, overtake := slices.Clone(c.messages[r.PathValue("to")]), c.overtake
	c.mu.Unlock()
	at := func(id string) int {
		for i, m := range all {
			if m.ID == id {
				return i
			}
		}
		return 0
	}
	q := r.URL.Query()
	limit, _ := strconv.Atoi(q.Get("limit"))
	from, to := max(0, len(all)-limit), len(all)
	switch {
	case q.Get("before") != "":
		to = at(q.Get("before"))
		from = max(0, to-limit)
	case q.Get("after") != "":
		from = at(q.Get("after")) + 1
		to = min(len(all), from+limit)
	case q.Get("since") != "":
		since, _ := time.Parse(time.RFC3339, q.Get("since"))
		from, _ = slices.BinarySearchFunc(all, since, func(m api.Message, t time.Time) int { return m.Time.Compare(t) })
		to = min(len(all), from+limit)
	case q.Get("around") != "":
		from = max(0, at(q.Get("around"))-limit/2)
		to = min(len(all), from+limit)
	}
	more := from > 0
	if q.Get("after") != "" {
		more = to < len(all)
	}
	unread := ""
	for _, m := range all {
		if m.Unread {
			unread = m.ID
			break
		}
	}
	if overtake != nil {
		overtake(r.PathValue("to"), r.URL.Query())
	}
	c.answer(w, line{"messages": append([]api.Message{}, all[from:to]...), "more": more, "firstUnread": unread})
}

func (c *canned) post(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	taking := c.taking
	c.mu.Unlock()
	if taking != nil {
		taking(w, r)
		return
	}
	var body api.PostRequest
	json.NewDecoder(r.Body).Decode(&body)
	c.mu.Lock()
	c.mentions = body.Mentions
	c.mu.Unlock()
	m := c.add(r.PathValue("to"), true, body.Text, time.Now())
	c.say("message", m)
	c.answer(w, m)
}

func (c *canned) read(w http.ResponseWriter, r *http.Request) {
	to := r.PathValue("to")
	var body struct {
		UpTo string `json:"upTo"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	reading := c.reading
	c.mu.Unlock()
	if reading != nil {
		reading(to, body.UpTo)
	}
	c.mu.Lock()
	unread := 0
	for i, passed := 0, false; i < len(c.messages[to]); i++ {
		m := &c.messages[to][i]
		if m.Unread = m.Unread && passed; m.Unread {
			unread++
		}
		passed = passed || m.ID == body.UpTo
	}
	var row api.Conversation
	for i := range c.snapshot.Conversations {
		if c.snapshot.Conversations[i].Person == to {
			c.snapshot.Conversations[i].Unread = unread
			row = c.snapshot.Conversations[i]
		}
	}
	c.mu.Unlock()
	c.say("conversation", row)
}

// add puts a message at the end of a person's conversation.
func (c *canned) add(person string, mine bool, text string, at time.Time) api.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.messages[person]
	m := api.Message{ID: fmt.Sprintf("%s-%d", person, len(list)), Conversation: "with-" + person, Mine: mine, Time: at, Kind: "text", Text: text, Author: api.Author{ID: person, Name: c.nameLocked(person)}}
	if mine {
		m.Author = api.Author{ID: "me", Name: c.snapshot.Me.Name}
		m.States = []api.State{{ID: person, Name: c.nameLocked(person), State: "waiting"}}
	}
	c.messages[person] = append(list, m)
	c.rowLocked(person)
	return m
}

// got takes a message further, and says so; through names who carries it.
func (c *canned) got(person string, i int, state string, through ...string) {
	c.mu.Lock()
	m := &c.messages[person][i]
	var by []api.Author
	for _, name := range through {
		by = append(by, api.Author{ID: name, Name: name})
	}
	m.States[0].State, m.States[0].Through = state, by
	c.rowLocked(person)
	c.mu.Unlock()
	c.say("state", api.StateChange{ID: m.ID, Conversation: m.Conversation, Peer: person, State: state, Through: by})
}

func (c *canned) nameLocked(person string) string {
	for _, p := range c.snapshot.Peers {
		if p.Person == person {
			return p.Name
		}
	}
	return person
}

// rowLocked makes the conversation's row agree with its messages.
func (c *canned) rowLocked(person string) {
	list := c.messages[person]
	last := list[len(list)-1]
	row := api.Conversation{ID: "with-" + person, Person: person, Name: c.nameLocked(person), Last: &last, Time: last.Time}
	for _, m := range list {
		if m.Unread {
			row.Unread++
		}
	}
	at := sort.Search(len(c.snapshot.Conversations), func(i int) bool { return c.snapshot.Conversations[i].ID >= row.ID })
	if at == len(c.snapshot.Conversations) || c.snapshot.Conversations[at].ID != row.ID {
		c.snapshot.Conversations = append(c.snapshot.Conversations, api.Conversation{})
		copy(c.snapshot.Conversations[at+1:], c.snapshot.Conversations[at:])
	}
	c.snapshot.Conversations[at] = row
}

func (c *canned) person(id, name, machine, presence string, link bool, seen time.Time) {
	c.snapshot.Peers = append(c.snapshot.Peers, api.Peer{ID: id + "-machine", Person: id, Name: name, Machine: machine, Presence: presence, Link: link, LastSeen: seen, Trust: "seen", Addresses: []string{"192.168.7.30:26426"}})
}

package lantest

// Port is Reserve for a test, to whose end the port is kept.
func Port(t TB) int {
	t.Helper()
	port, free, err := Reserve()
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		if err := free(); err != nil {
			t.Errorf("give port %d back: %v", port, err)
		}
	})
	return port
}

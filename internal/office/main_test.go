package office

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	// The program is built by another command, which the cache of test results does not see: with this import a change of what the program consists of makes
	// these tests run again.
	_ "lanyard/internal/agent"
)

// program is the Lanyard under test, built once per run.
const programVariable = "LANYARD_OFFICE_PROGRAM"

// TestMain builds Lanyard before the tests. The test program also serves as other programs on the machines: a hostile client, and one
// that has our port.
func TestMain(m *testing.M) {
	if target := os.Getenv(hostileVariable); target != "" {
		os.Exit(hostile(target))
	}
	if address := os.Getenv(squatVariable); address != "" {
		os.Exit(squat(address))
	}
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(status)
}

func run(m *testing.M) (status int, err error) {
	if err := enclose(); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "office-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	program := filepath.Join(dir, "lanyard")
	args := []string{"build", "-o", program}
	if os.Getenv("LANYARD_OFFICE_RACE") != "" {
		args = append(args, "-race")
	}
	build := exec.Command("go", append(args, "lanyard/cmd/lanyard")...)
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		return 0, fmt.Errorf("build Lanyard: %w", err)
	}
	if err := os.Setenv(programVariable, program); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// lanyard is the path of the program under test.
func lanyard() string { return os.Getenv(programVariable) }

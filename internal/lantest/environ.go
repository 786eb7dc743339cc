package lantest

import (
	"os"
	"slices"
	"strings"
)

// Environ is this process's environment for an agent that must behave the same wherever it is started, with extra ("NAME=value") in it: what
// the person here has set for their own Lanyard (LANYARD_DISCOVERY=off, for one) is left out.
func Environ(extra ...string) []string {
	clean := slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(strings.ToUpper(entry), "LANYARD_") })
	return append(clean, extra...)
}

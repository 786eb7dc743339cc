package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// TestSkipsSayWhatTheyNeed: a test may leave itself out only for want of something that can be had, and says what and how, because `make test`
// shows that at its end. Errors that are handed to Skip are trusted to say the same.
func TestSkipsSayWhatTheyNeed(t *testing.T) {
	remedy := regexp.MustCompile(`^needs .+: .+`)
	skips := 0
	eachGoFile(t, func(path string) {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, path), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			reason, ok := skipReason(n)
			if !ok {
				return true
			}
			skips++
			if !remedy.MatchString(reason) {
				t.Errorf("%s: a test leaves itself out with %q; say \"needs X: how to get it\"", path, reason)
			}
			return true
		})
	})
	if skips < 5 {
		t.Fatalf("only %d tests that leave themselves out were found: this test no longer sees them", skips)
	}
}

// skipReason returns the literal with which n, a call of Skip, Skipf or SkipNow, tells its reason.
func skipReason(n ast.Node) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "", false
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	switch method.Sel.Name {
	case "SkipNow":
		return "", true
	case "Skip", "Skipf":
	default:
		return "", false
	}
	if len(call.Args) == 0 {
		return "", true
	}
	literal, ok := call.Args[0].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}

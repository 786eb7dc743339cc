package words

import "strings"

// signs are those that make another word of the one they stand directly behind: C++ and C# are not C. The wide forms are those of Chinese and Japanese keyboards.
const signs = "+#＋＃"

// behind returns the signs that a text begins with.
func behind(text string) string { return text[:len(text)-len(strings.TrimLeft(text, signs))] }

// narrow is safe for concurrent use and never changes.
var narrow = strings.NewReplacer("＋", "+", "＃", "#")

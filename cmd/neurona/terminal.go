package main

import (
	"io"
	"os"
	"runtime"
	"strings"

	"golang.org/x/term"
)

// terminal says what the reader of an output can be shown.
type terminal struct {
	interactive bool       // a person looks at it while it is written
	width       int        // in columns
	unicode     bool       // or ASCII alone
	colours     colourMode // how many
}

// colourMode is how colours are written.
type colourMode int

const (
	noColour colourMode = iota
	colours256
	trueColour
)

// defaultWidth is the width of what is no terminal.
const defaultWidth = 80

// lookAt finds out about w. NO_COLOR (https://no-color.org) and TERM=dumb
// rule colours out; the locale decides about Unicode.
func lookAt(w io.Writer) terminal {
	t := terminal{width: defaultWidth, unicode: unicodeLocale()}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return t
	}
	t.interactive = true
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		t.width = width
	}
	switch {
	case os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb":
	case os.Getenv("COLORTERM") == "truecolor" || os.Getenv("COLORTERM") == "24bit":
		t.colours = trueColour
	default:
		t.colours = colours256
	}
	return t
}

// unicodeLocale reports whether text is read as UTF-8: what the first of
// LC_ALL, LC_CTYPE and LANG that is set says. Windows has no such variables;
// there the terminals that understand UTF-8 and colours announce themselves.
func unicodeLocale() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToUpper(os.Getenv(name)); v != "" {
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return runtime.GOOS == "windows" && os.Getenv("WT_SESSION") != ""
}

// pick returns the first text where Unicode can be shown, the second elsewhere.
func (t terminal) pick(unicode, ascii string) string {
	if t.unicode {
		return unicode
	}
	return ascii
}

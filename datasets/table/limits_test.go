package table

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// repeated is text n times, without the memory for it.
type repeated struct {
	text string
	n    int
	rest string
}

func (r *repeated) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if r.rest == "" {
			if r.n == 0 {
				return n, io.EOF
			}
			r.rest = r.text
			r.n--
		}
		m := copy(p[n:], r.rest)
		n += m
		r.rest = r.rest[m:]
	}
	return n, nil
}

// allocated returns the bytes that f allocates. Tests that run beside it would be counted
// too, so callers are not parallel.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestLimits: what is beyond a limit is an error that names it, found before much memory is taken.
func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		name    string
		r       io.Reader
		options []Option
		target  error
		line    int
		parts   []string
	}{
		{"a line of commas", &repeated{text: ",", n: 20 << 20}, []Option{MaxRecord(1 << 20), MaxColumns(1000)}, ErrLimit, 1, []string{"more than 1000 columns", "MaxColumns"}},
		{"a row of commas", io.MultiReader(strings.NewReader("a,b\n1,2\n"), &repeated{text: ",", n: 20 << 20}), []Option{MaxRecord(1 << 20)}, ErrLimit, 3, []string{"1 MiB"}},
		{"a line without an end", &repeated{text: "x", n: 20 << 20}, []Option{MaxRecord(1 << 20)}, ErrLimit, 1, []string{"1 MiB", "MaxRecord"}},
		{"many columns", strings.NewReader(strings.Repeat("a,", 1000) + "a\n"), []Option{MaxColumns(1000)}, ErrLimit, 1, []string{"more than 1000 columns"}},
		{"an open quote", io.MultiReader(strings.NewReader("a,b\n1,2\n3,\"x"), &repeated{text: "1,2\n", n: 5 << 20}), []Option{MaxRecord(1 << 20)}, ErrQuote, 3, []string{"not closed within 1 MiB", `"3,\"x1,2"`}},
		{"much memory", io.MultiReader(strings.NewReader("a,b\n"), &repeated{text: "1,2\n", n: 5 << 20}), []Option{MaxMemory(8 << 20)}, ErrLimit, 0, []string{"8 MiB", "MaxMemory"}},
		{"much memory for texts", io.MultiReader(strings.NewReader("a\n"), numbered(2<<20)), []Option{MaxMemory(8 << 20)}, ErrLimit, 0, []string{"8 MiB"}},
		{"a gzip bomb", bomb(t, 160<<20), nil, ErrLimit, 0, []string{"gzip", "200 times", "MaxRatio"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			took := allocated(func() { _, err = Read(tt.r, tt.options...) })
			column := 0
			if tt.target == ErrQuote {
				column = 2
			}
			wantError(t, err, tt.target, tt.line, column, tt.parts...)
			if most := uint64(160 << 20); took > most {
				t.Errorf("%s took %d bytes, want at most %d", tt.name, took, most)
			}
		})
	}
}

// numbered is n distinct texts.
func numbered(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		var b bytes.Buffer
		for i := range n {
			fmt.Fprintf(&b, "label %d\n", i)
			if b.Len() > 64<<10 || i == n-1 {
				if _, err := b.WriteTo(w); err != nil {
					return
				}
			}
		}
		w.Close()
	}()
	return r
}

// bomb is a table of n bytes in a few hundredths of a per cent of that as gzip.
func bomb(t *testing.T, n int) io.Reader {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.Copy(z, io.MultiReader(strings.NewReader("a,b\n"), &repeated{text: strings.Repeat("a long text that comes again,x\n", 1<<10), n: n >> 15})); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

// TestWideAndLong: extreme tables that are right.
func TestWideAndLong(t *testing.T) {
	const wide = 100_000
	header := strings.TrimSuffix(strings.Repeat("c,", wide), ",") + "\n"
	table := read(t, header+strings.Repeat(strings.TrimSuffix(strings.Repeat("1,", wide), ",")+"\n", 3))
	if len(table.Columns()) != wide || table.Rows() != 3 || table.Columns()[wide-1].Nth != wide-1 {
		t.Errorf("%d rows of %d columns", table.Rows(), len(table.Columns()))
	}
	// Of records that are longer than the part that is looked at there are two to compare all the same.
	const wider = sampleCells + 1
	row := strings.TrimSuffix(strings.Repeat("1,", wider), ",") + "\n"
	table = read(t, row+row+row)
	if table.Dialect().Header || len(table.Doubts()) != 0 || table.Rows() != 3 {
		t.Errorf("%d rows, doubts %v", table.Rows(), table.Doubts())
	}
	if table = read(t, strings.TrimSuffix(strings.Repeat("c,", wider), ",")+"\n"+row); !table.Dialect().Header || len(table.Doubts()) != 0 {
		t.Errorf("doubts %v", table.Doubts())
	}
	const labels = 100_000
	long, err := Read(io.MultiReader(strings.NewReader("a\n"), numbered(labels)))
	if err != nil {
		t.Fatal(err)
	}
	c := long.Columns()[0]
	if len(c.Texts()) != labels || c.Text(labels-1) != fmt.Sprintf("label %d", labels-1) {
		t.Errorf("%d texts, the last is %q", len(c.Texts()), c.Text(labels-1))
	}
	if _, _, ok := c.Levels(1000); ok {
		t.Error("Levels ignores its limit")
	}
	table = read(t, "a\n"+strings.Repeat("x\n", 300_000))
	if c := table.Columns()[0]; len(c.Texts()) != 1 || c.Words() != 300_000 {
		t.Errorf("%d texts", len(c.Texts()))
	}
}

// TestMemory: a file of numbers takes at most twice its float64 columns, everything that was
// allocated on the way counted.
func TestMemory(t *testing.T) {
	const columns, rows = 10, 300_000
	row := strings.TrimSuffix(strings.Repeat("1.25,", columns), ",") + "\n"
	text := []byte(strings.Repeat(row, rows))
	var err error
	took := allocated(func() { _, err = Read(bytes.NewReader(text), Workers(2)) })
	if err != nil {
		t.Fatal(err)
	}
	if most := uint64(2 * 8 * columns * rows); took > most {
		t.Errorf("took %d bytes, want at most %d", took, most)
	}
}

// TestGoroutinesEnd: none is left, whether all went well or not.
func TestGoroutinesEnd(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, text := range []string{"a,b\n1,2\n", "a,b\n1\n" + strings.Repeat("1,2\n", 1000), "", "a,b\n" + strings.Repeat("1,2\n", 1000) + "\"x"} {
		Read(strings.NewReader(text), Workers(8), chunkBytes(3))
	}
	// One that has said that it is done may still have to end.
	after := runtime.NumGoroutine()
	for deadline := time.Now().Add(10 * time.Second); after > before && time.Now().Before(deadline); after = runtime.NumGoroutine() {
		time.Sleep(time.Millisecond)
	}
	if after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

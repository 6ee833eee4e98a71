package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/neurona-ml/neurona/internal/names"
)

func TestReadCSV(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		opts       CSVOptions
		want       *Set
	}{
		{"header and text labels", "width,height,species\n1,2,rose\n3,4,iris\n5,6,rose\n", CSVOptions{},
			&Set{X: []float32{1, 2, 3, 4, 5, 6}, Rows: 3, Features: 2, FeatureNames: []string{"width", "height"},
				Labels: []int{1, 0, 1}, Classes: 2, ClassNames: []string{"iris", "rose"}, Y: []float32{1, 0, 1}, Outputs: 1}},
		{"no header", "1,2,rose\n3,4,iris\n", CSVOptions{},
			&Set{X: []float32{1, 2, 3, 4}, Rows: 2, Features: 2,
				Labels: []int{1, 0}, Classes: 2, ClassNames: []string{"iris", "rose"}, Y: []float32{1, 0}, Outputs: 1}},
		{"header of numbers", "2020,2021,0\n1,2,1\n", CSVOptions{Header: HeaderYes},
			&Set{X: []float32{1, 2}, Rows: 1, Features: 2, FeatureNames: []string{"2020", "2021"},
				Labels: []int{1}, Classes: 2, ClassNames: []string{"0", "1"}, Y: []float32{1}, Outputs: 1}},
		{"label by name", "kind,1st,2nd\n2,.5,1e-3\n0,-1,+4\n", CSVOptions{Label: "kind"},
			&Set{X: []float32{.5, .001, -1, 4}, Rows: 2, Features: 2, FeatureNames: []string{"1st", "2nd"},
				Labels: []int{2, 0}, Classes: 3, ClassNames: []string{"0", "1", "2"}}},
		{"label name beside a number", "kind,2020\n1,7\n", CSVOptions{Label: "kind"},
			&Set{X: []float32{7}, Rows: 1, Features: 1, FeatureNames: []string{"2020"},
				Labels: []int{1}, Classes: 2, ClassNames: []string{"0", "1"}, Y: []float32{1}, Outputs: 1}},
		{"label by number", "1,7,2\n0,8,3\n", CSVOptions{Label: "0"},
			&Set{X: []float32{7, 2, 8, 3}, Rows: 2, Features: 2,
				Labels: []int{1, 0}, Classes: 2, ClassNames: []string{"0", "1"}, Y: []float32{1, 0}, Outputs: 1}},
		{"label from the end", "1,7,2\n0,8,3\n", CSVOptions{Label: "-3"},
			&Set{X: []float32{7, 2, 8, 3}, Rows: 2, Features: 2,
				Labels: []int{1, 0}, Classes: 2, ClassNames: []string{"0", "1"}, Y: []float32{1, 0}, Outputs: 1}},
		{"label named as a number", "a,0\nx,1\ny,2\n", CSVOptions{Label: "0", Header: HeaderYes},
			nil}, // column 1 is named "0", so "x" is a feature: an error
		{"one class", "1,5\n2,5\n", CSVOptions{},
			&Set{X: []float32{1, 2}, Rows: 2, Features: 1,
				Labels: []int{5, 5}, Classes: 6, ClassNames: []string{"0", "1", "2", "3", "4", "5"}}},
		{"one text class", "1,a\n2,a\n", CSVOptions{},
			&Set{X: []float32{1, 2}, Rows: 2, Features: 1, Labels: []int{0, 0}, Classes: 1, ClassNames: []string{"a"}}},
		{"fractions as classes", "1,1.5\n2,-0.5\n3,1.50\n", CSVOptions{},
			&Set{X: []float32{1, 2, 3}, Rows: 3, Features: 1, Labels: []int{1, 0, 1}, Classes: 2,
				ClassNames: []string{"-0.5", "1.5"}, Y: []float32{1, 0, 1}, Outputs: 1}},
		{"large numbers as classes", "1,2000\n2,1e20\n3,300\n", CSVOptions{},
			&Set{X: []float32{1, 2, 3}, Rows: 3, Features: 1, Labels: []int{1, 2, 0}, Classes: 3,
				ClassNames: []string{"300", "2000", "1e+20"}}},
		{"spellings of a number", "1,1\n2,1.0\n3,0\n4,-0\n", CSVOptions{},
			&Set{X: []float32{1, 2, 3, 4}, Rows: 4, Features: 1, Labels: []int{1, 1, 0, 0}, Classes: 2,
				ClassNames: []string{"0", "1"}, Y: []float32{1, 1, 0, 0}, Outputs: 1}},
		{"numbers and texts", "1,10\n2,9\n3,x\n", CSVOptions{},
			&Set{X: []float32{1, 2, 3}, Rows: 3, Features: 1, Labels: []int{0, 1, 2}, Classes: 3, ClassNames: []string{"10", "9", "x"}}},
		{"given classes", "1,rose\n2,lily\n", CSVOptions{ClassNames: []string{"rose", "iris", "lily"}},
			&Set{X: []float32{1, 2}, Rows: 2, Features: 1, Labels: []int{0, 2}, Classes: 3, ClassNames: []string{"rose", "iris", "lily"}}},
		{"given numbered classes", "1,2.0\n2,0\n", CSVOptions{ClassNames: []string{"0", "1", "2"}},
			&Set{X: []float32{1, 2}, Rows: 2, Features: 1, Labels: []int{2, 0}, Classes: 3, ClassNames: []string{"0", "1", "2"}}},
		{"regression", "a,price\n1,2.5\n2,-3\n", CSVOptions{Regression: true},
			&Set{X: []float32{1, 2}, Rows: 2, Features: 1, FeatureNames: []string{"a"}, Y: []float32{2.5, -3}, Outputs: 1}},
		{"no label", "a,b\n1,2.5\n2,-3\n", CSVOptions{NoLabel: true},
			&Set{X: []float32{1, 2.5, 2, -3}, Rows: 2, Features: 2, FeatureNames: []string{"a", "b"}}},
		{"no label, one column", "1\n2\n", CSVOptions{NoLabel: true}, &Set{X: []float32{1, 2}, Rows: 2, Features: 1}},
		{"BOM, CRLF, spaces, blank lines", "\ufeff\"a\", b ,c\r\n\r\n 1 ,\t2, x\r\n  \r\n3, \"4\",\" x \"\r\n\r\n", CSVOptions{},
			&Set{X: []float32{1, 2, 3, 4}, Rows: 2, Features: 2, FeatureNames: []string{"a", "b"},
				Labels: []int{0, 0}, Classes: 1, ClassNames: []string{"x"}}},
		{"semicolons", "1;2;0\n3;4;1", CSVOptions{Comma: ';'},
			&Set{X: []float32{1, 2, 3, 4}, Rows: 2, Features: 2,
				Labels: []int{0, 1}, Classes: 2, ClassNames: []string{"0", "1"}, Y: []float32{0, 1}, Outputs: 1}},
		{"quoted comma in a class", "1,\"a, b\"\n2,c\n", CSVOptions{},
			&Set{X: []float32{1, 2}, Rows: 2, Features: 1, Labels: []int{0, 1}, Classes: 2,
				ClassNames: []string{"a, b", "c"}, Y: []float32{0, 1}, Outputs: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadCSV(iotest.OneByteReader(strings.NewReader(tt.text)), tt.opts)
			if tt.want == nil {
				wantFormat(t, err, ErrNotNumber)
				return
			}
			sameSet(t, mustValid(t, got, err), tt.want)
		})
	}
}

func TestReadCSVDamage(t *testing.T) {
	t.Parallel()
	var amounts strings.Builder
	for i := range 300 {
		fmt.Fprintf(&amounts, "%d,%d.5\n", i, i)
	}
	for _, tt := range []struct {
		name, text   string
		opts         CSVOptions
		target       error
		line, column int
		parts        []string
	}{
		{"empty", "", CSVOptions{}, ErrNoRows, 1, 0, []string{"t.csv:1:", "empty"}},
		{"blank lines", "\n\n\n", CSVOptions{}, ErrNoRows, 1, 0, nil},
		{"header only", "a,b\n", CSVOptions{}, ErrNoRows, 1, 0, []string{"header"}},
		{"header and a blank", "a,b\n   \n", CSVOptions{}, ErrNoRows, 1, 0, nil},
		{"short row", "a,b,c\n1,2,0\n3,4\n", CSVOptions{}, ErrRagged, 3, 0, []string{"t.csv:3: ragged row: 2 columns, want 3 as in line 1"}},
		{"long row", "1,2,0\n\n3,4,5,6\n", CSVOptions{}, ErrRagged, 3, 0, []string{"4 columns, want 3"}},
		{"text cell", "a,b,c\n1,2,0\n3,four,1\n", CSVOptions{}, ErrNotNumber, 3, 2, []string{`t.csv:3: column 2 ("b"): not a number: "four"`}},
		{"text cell, no header", "1,2,0\n3,four,1\n", CSVOptions{}, ErrNotNumber, 2, 2, []string{`"four"`}},
		{"empty cell", "1,2,0\n,4,1\n", CSVOptions{}, ErrNotNumber, 2, 1, []string{"empty"}},
		{"NaN", "1,2,0\n3,nan,1\n", CSVOptions{}, ErrNotFinite, 2, 2, []string{`"nan"`}},
		{"Inf", "1,2,0\n-Inf,4,1\n", CSVOptions{}, ErrNotFinite, 2, 1, nil},
		{"too large", "1,2,0\n3,1e39,1\n", CSVOptions{}, ErrNotFinite, 2, 2, []string{"1e39", "float32"}},
		{"NaN label", "1,2,0\n3,4,NaN\n", CSVOptions{}, ErrNotFinite, 2, 3, nil},
		{"empty label", "1,2,x\n3,4,\n", CSVOptions{}, ErrLabel, 2, 3, []string{"empty"}},
		{"text target", "1,2,0\n3,4,x\n", CSVOptions{Regression: true}, ErrNotNumber, 2, 3, nil},
		{"NaN target", "1,2,0\n3,4,NaN\n", CSVOptions{Regression: true}, ErrNotFinite, 2, 3, nil},
		{"label only", "a\nx\n", CSVOptions{}, ErrHeader, 1, 0, []string{"want features"}},
		{"unknown label", "width,height,kind\n1,2,3\n", CSVOptions{Label: "kinds"}, nil, 1, 0, []string{`did you mean "kind"?`}},
		{"label without header", "1,2,3\n", CSVOptions{Label: "kind"}, ErrHeader, 1, 0, []string{"not a header", `"1"`}},
		{"label beyond", "1,2,3\n", CSVOptions{Label: "3"}, ErrHeader, 1, 0, []string{"is 3, want -3 to 2 for 3 columns"}},
		{"label before", "1,2,3\n", CSVOptions{Label: "-4"}, ErrHeader, 1, 0, []string{"is -4, want -3 to 2"}},
		{"label twice", "a,b,a\n1,2,3\n", CSVOptions{Label: "a"}, ErrHeader, 1, 0, []string{"two columns"}},
		{"unknown class", "1,rose\n2,iris\n3,lilly\n", CSVOptions{ClassNames: []string{"rose", "iris", "lily"}}, ErrLabel, 3, 2,
			[]string{`unknown class "lilly"`, `did you mean "lily"?`}},
		{"quantity as label", amounts.String(), CSVOptions{}, ErrLabel, 257, 2, []string{"300 different numbers", "Regression"}},
		{"bare quote", "1,2,0\n3,4\"5,1\n", CSVOptions{}, nil, 2, 0, []string{"quote"}},
		{"open quote", "1,2,0\n3,\"4,1\n", CSVOptions{}, nil, 2, 0, []string{"quote"}},
		{"UTF-16", "\xff\xfe1\x00,\x002\x00", CSVOptions{}, ErrHeader, 1, 0, []string{"UTF-16"}},
		{"long cell", "1,2,0\n" + strings.Repeat("é", 500) + ",2,0\n", CSVOptions{}, ErrNotNumber, 2, 1, []string{strings.Repeat("é", 40) + `"...`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.opts.Name = "t.csv"
			got, err := ReadCSV(strings.NewReader(tt.text), tt.opts)
			format := wantFormat(t, err, tt.target, tt.parts...)
			if format.File != "t.csv" || format.Line != tt.line || format.Column != tt.column {
				t.Errorf("%v: at %s, line %d, column %d, want line %d, column %d", err, format.File, format.Line, format.Column, tt.line, tt.column)
			}
			if got != nil {
				t.Error("a set came with the error")
			}
			if len(err.Error()) > 300 {
				t.Errorf("the message has %d bytes", len(err.Error()))
			}
		})
	}
}

func TestReadCSVUnknownLabelIsTyped(t *testing.T) {
	t.Parallel()
	_, err := ReadCSV(strings.NewReader("width,height,kind\n1,2,3\n"), CSVOptions{Label: "heigth"})
	var unknown *names.UnknownError
	if !errors.As(err, &unknown) || unknown.Nearest != "height" || !slices.Equal(unknown.Known, []string{"width", "height", "kind"}) {
		t.Errorf("got %v", err)
	}
}

func TestReadCSVOptions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		opts CSVOptions
	}{
		{"NoLabel", CSVOptions{NoLabel: true, Label: "x"}},
		{"NoLabel", CSVOptions{NoLabel: true, Regression: true}},
		{"NoLabel", CSVOptions{NoLabel: true, ClassNames: []string{"x"}}},
		{"Regression", CSVOptions{Regression: true, ClassNames: []string{"x"}}},
		{"Header", CSVOptions{Header: 7}},
		{"Comma", CSVOptions{Comma: '"'}},
		{"Comma", CSVOptions{Comma: '\n'}},
		{"Comma", CSVOptions{Comma: 0x110000}},
	} {
		_, err := ReadCSV(strings.NewReader("1,2\n"), tt.opts)
		wantArgument(t, err, tt.name)
	}
}

func TestReadCSVReaderFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	for _, text := range []string{"", "1", "1,2\n3,4\n"} {
		r := iotest.DataErrReader(&failingReader{text: text, err: broken})
		if _, err := ReadCSV(r, CSVOptions{}); !errors.Is(err, broken) {
			t.Errorf("after %q: got %v", text, err)
		}
	}
}

// failingReader returns its text and then, once, its error.
type failingReader struct {
	text string
	err  error
}

func (r *failingReader) Read(p []byte) (int, error) {
	if n := copy(p, r.text); n > 0 {
		r.text = r.text[n:]
		return n, nil
	}
	return 0, r.err
}

func TestLoadCSV(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "flowers.v2.csv")
	if err := os.WriteFile(path, []byte("1,2,rose\n3,x,iris\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := LoadCSV(path, CSVOptions{Name: "flowers"})
	wantFormat(t, err, ErrNotNumber, path+":2: column 2")
	if err := os.WriteFile(path, []byte("1,2,rose\n3,4,iris\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := LoadCSV(path, CSVOptions{})
	if mustValid(t, s, err).Name != "flowers.v2" {
		t.Errorf("the set is named %q", s.Name)
	}
	if s, err = LoadCSV(path, CSVOptions{Name: "flowers"}); mustValid(t, s, err).Name != "flowers" {
		t.Errorf("the set is named %q", s.Name)
	}
	if _, err := LoadCSV(path+"x", CSVOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// Evaluating with the names found in training maps each label as training did.
func TestReadCSVClassNamesRoundTrip(t *testing.T) {
	t.Parallel()
	for _, labels := range [][]string{{"b", "a", "b"}, {"3", "0", "1.0"}, {"-1", "1e9", "0.5"}, {"1", "1.0", "x"}, {"é", "è", "e"}} {
		text := ""
		for i, l := range labels {
			text += fmt.Sprintf("%d,%s\n", i, l)
		}
		train, err := ReadCSV(strings.NewReader(text), CSVOptions{})
		mustValid(t, train, err)
		again, err := ReadCSV(strings.NewReader(text), CSVOptions{ClassNames: train.ClassNames})
		sameSet(t, mustValid(t, again, err), train)
	}
}

func BenchmarkReadCSV(b *testing.B) {
	var text bytes.Buffer
	for i := range 2000 {
		for j := range 30 {
			fmt.Fprintf(&text, "%.5f,", math.Sin(float64(i*31+j)))
		}
		fmt.Fprintf(&text, "%d\n", i%3)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadCSV(bytes.NewReader(text.Bytes()), CSVOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, text := range []string{
		"", "a,b\n", "width,height,kind\n1,2,rose\n3,4,iris\n", "1,2,0\n3,4,1\n", "1,2,0.5\n3,4,1.5\n",
		"\ufeffa;b\r\n1;2\r\n", "1,\"a, b\"\n2,c\n", "1,2\n3\n", "1,nan\n", "1,1e39\n", "1,-0\n2,0\n", "1,300\n2,1e20\n",
		"1,1\n2,1.0\n3,x\n", "\xff\xfe1", "1,\"2\n", " 1 ,\t2\n   \n3,4\n", "a,0\nx,1\n", "1,0x1p4\n", "1,1e-400\n",
	} {
		for mode := range byte(4) {
			f.Add(text, "", mode)
		}
	}
	f.Add("kind,a\nx,1\n", "kind", byte(0))
	f.Add("1,2,3\n", "-3", byte(0))
	f.Fuzz(func(t *testing.T, text, label string, mode byte) {
		opts := CSVOptions{Label: label, Header: Header(mode / 4 % 3)}
		switch mode % 4 {
		case 1:
			opts.Regression = true
		case 2:
			opts.NoLabel, opts.Label = true, ""
		case 3:
			opts.Comma = ';'
		}
		s, err := ReadCSV(strings.NewReader(text), opts)
		if err != nil {
			wantFormat(t, err, nil)
			return
		}
		mustValid(t, s, nil)
		if len(s.X)+s.Rows > len(text)+1 {
			t.Errorf("%d features of %d rows from %d bytes", s.Features, s.Rows, len(text))
		}
		if s.Classes > 0 {
			opts.ClassNames = s.ClassNames
			again, err := ReadCSV(strings.NewReader(text), opts)
			sameSet(t, mustValid(t, again, err), s)
		}
	})
}

package table

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Open reads a table from a file, from several that a pattern names ([filepath.Match]), or
// from standard input, "-". See [OpenFiles].
func Open(path string, options ...Option) (*Table, error) {
	return OpenFiles([]string{path}, options...)
}

// OpenFiles reads a table from several files, one below the other. They have the same columns: the
// same header, if they have one, or the same number of columns. How they are written is found in the
// first one. A path may be a pattern, whose files come in ascending order; "-" is standard input, or what [Stdin] says.
//
// Errors in a file are *Error, with the file, the line and, where one is meant, the column.
func OpenFiles(paths []string, options ...Option) (*Table, error) {
	s, err := newSettings(options)
	if err != nil {
		return nil, err
	}
	files, err := expand(paths)
	if err != nil {
		return nil, err
	}
	rd := &reading{settings: s}
	total, err := totalSize(files)
	if err != nil {
		return nil, err
	}
	rd.total = total
	for _, file := range files {
		if err := rd.openFile(file); err != nil {
			return nil, err
		}
	}
	return rd.finish()
}

// Read reads a table from a reader; see [OpenFiles] for its errors.
func Read(r io.Reader, options ...Option) (*Table, error) {
	s, err := newSettings(options)
	if err != nil {
		return nil, err
	}
	name := s.name
	if named, ok := r.(interface{ Name() string }); ok && name == "" {
		name = named.Name()
	}
	rd := &reading{settings: s}
	if known, ok := r.(interface{ Len() int }); ok {
		rd.total = int64(known.Len())
	}
	if err := rd.file(name, r); err != nil {
		return nil, err
	}
	return rd.finish()
}

// expand replaces patterns by the files that they match.
func expand(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil || !strings.ContainsAny(path, "*?[") {
			files = append(files, path)
			continue
		}
		matches, err := filepath.Glob(path)
		if err != nil {
			return nil, &Error{File: path, Err: fmt.Errorf("%w: %w", ErrNoFile, err)}
		}
		if len(matches) == 0 {
			return nil, &Error{File: path, Err: fmt.Errorf("%w: nothing matches this pattern", ErrNoFile)}
		}
		files = append(files, matches...)
	}
	if len(files) == 0 {
		return nil, &Error{Err: fmt.Errorf("%w: no path was given", ErrNoFile)}
	}
	return files, nil
}

// totalSize is how many bytes the files have together, 0 if that is not known. A file that
// is not there is found before any is read.
func totalSize(files []string) (total int64, err error) {
	known := true
	for _, file := range files {
		if file == "-" {
			known = false
			continue
		}
		info, err := os.Stat(file)
		if err != nil {
			return 0, &Error{File: file, Err: fmt.Errorf("%w: %w", ErrNoFile, withoutPath(err))}
		}
		known = known && info.Mode().IsRegular()
		total += info.Size()
	}
	if !known {
		total = 0
	}
	return total, nil
}

// withoutPath is an error of a file without its path, which is said already.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// reading reads files into one table.
type reading struct {
	*settings
	cut     *grammar // of the first file
	dialect Dialect
	doubts  []Doubt
	files   []string
	names   []string // of the columns; nil without a header
	columns int
	blanks  int
	corner  bool   // the header has no cell above the names of rows
	rival   Remedy // of a table of one column
	ragged  Remedy // of rows that are not as long as the first record, if that seems to be wrong itself
	surplus int    // cells at the ends of lines, for which the header has no separator
	total   int64
	builder *builder
	chunks  []*chunk // to be used again
}

func (rd *reading) openFile(path string) error {
	if path == "-" {
		return rd.file("standard input", rd.stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return &Error{File: path, Err: fmt.Errorf("%w: %w", ErrNoFile, withoutPath(err))}
	}
	defer f.Close()
	return rd.file(path, f)
}

// file appends a file.
func (rd *reading) file(name string, r io.Reader) error {
	rd.files, rd.ragged = append(rd.files, name), nil
	in, err := openText(r, rd.settings)
	if err != nil {
		return rd.failure(err, 0)
	}
	if in.gzip {
		rd.total = 0
	}
	p, err := rd.open(in)
	if err != nil {
		return err
	}
	if len(rd.files) == 1 {
		rd.columns = len(p.first)
		rd.builder = newBuilder(rd.columns, rd.cut.point, rd.maxMemory)
		if rd.dialect.Header {
			rd.names = p.first
		}
	} else if err := rd.compare(p); err != nil {
		return err
	}
	rd.builder.total = rd.total
	return rd.rows(p)
}

// compare checks that a further file has the columns of the first.
func (rd *reading) compare(p *prologue) error {
	first := rd.files[0]
	if len(p.first) != rd.columns {
		return rd.fail(p.line+1, 0, fmt.Errorf("%w: %s, but %d in %s", ErrMismatch, plural(len(p.first), "column"), rd.columns, shorten(first, 300)), nil)
	}
	if !rd.dialect.Header {
		return nil
	}
	for i, name := range p.first {
		if name != rd.names[i] {
			return rd.fail(p.line+1, i+1, fmt.Errorf("%w: the column is %s, but %s in %s", ErrMismatch, quote(name), quote(rd.names[i]), shorten(first, 300)), nil)
		}
	}
	return nil
}

// rows reads the rows of a file. The caller's goroutine reads, workers parse, and one puts
// what they have parsed into columns, in the order of the file. All have ended when rows
// returns.
func (rd *reading) rows(p *prologue) error {
	parser := &parser{rd.cut, rd.columns, rd.maxRecord}
	size := rd.chunk
	if rd.total > 0 {
		size = min(size, max(smallChunk, int(rd.total/chunksAtLeast)))
	}
	split := &splitter{grammar: rd.cut, r: p.rows, size: size, maxRecord: rd.maxRecord}
	n := rd.workers + 2
	for len(rd.chunks) < n {
		rd.chunks = append(rd.chunks, &chunk{parsed: make(chan struct{}, 1)})
	}
	free, work, order := make(chan *chunk, n), make(chan *chunk, n), make(chan *chunk, n)
	for _, c := range rd.chunks {
		free <- c
	}
	var workers sync.WaitGroup
	for range rd.workers {
		workers.Go(func() {
			for c := range work {
				parser.parse(c)
				c.parsed <- struct{}{}
			}
		})
	}
	stop := make(chan struct{})
	var err error
	workers.Go(func() {
		line := p.next
		for c := range order {
			<-c.parsed
			if err == nil {
				if err = rd.add(c, line); err != nil {
					close(stop)
				}
				line += c.lines
			}
			free <- c
		}
	})
	for more := true; more; {
		select {
		case <-stop:
			more = false
		case c := <-free:
			more = split.next(c)
			work <- c
			order <- c
		}
	}
	close(work)
	close(order)
	workers.Wait()
	return err
}

// add appends a parsed chunk, whose first line is line, counted from 0.
func (rd *reading) add(c *chunk, line int) error {
	if c.problem != nil {
		return rd.problem(c.problem, line)
	}
	rd.blanks += c.blanks
	if err := rd.builder.add(c, len(rd.files)-1, line); err != nil {
		return rd.fail(0, 0, err, by("MaxMemory", nil, "if there is as much"))
	}
	if c.failure != nil {
		return rd.failure(c.failure, line+c.lines+1)
	}
	return nil
}

// finish makes the table.
func (rd *reading) finish() (*Table, error) {
	b := rd.builder
	if b.rows == 0 {
		return nil, rd.fail(0, 0, fmt.Errorf("%w: there is a header and nothing below it", ErrNoRows), by("Header", No, "if the line is a row"))
	}
	seen := map[string]int{}
	for i, c := range b.columns {
		if rd.names != nil {
			c.Name = rd.names[i]
		}
		c.said = rd.settings.decimal != 0
		c.Nth = seen[c.Name]
		seen[c.Name]++
	}
	t := &Table{columns: b.columns, rows: b.rows, dialect: rd.dialect, point: rd.settings.decimal, files: rd.files, places: b.places, doubts: rd.doubts, finds: new(finds), rival: rd.rival}
	if rd.blanks > 0 && rd.columns == 1 {
		t.doubts = append(t.doubts, Doubt{DoubtBlanks, -1, fmt.Sprintf("blank lines of a table of one column, which were passed over: %d", rd.blanks), inWords(`write "" where a cell is missing`)})
	}
	if rd.surplus > 0 {
		if err := rd.dropSurplus(t); err != nil {
			return nil, err
		}
	} else if last := t.columns[len(t.columns)-1]; last.Name == "" && last.missing == b.rows && len(t.columns) > 1 {
		t.dialect.Trailing = true
		t.dialect.because("trailing", "dropped", "every line ends with a separator")
		t.columns = t.columns[:len(t.columns)-1]
		if !rd.dialect.Header {
			t.doubts = append(t.doubts, Doubt{DoubtTrailing, -1, "every line ends with a separator, and the empty column behind it was dropped", by("Header", Yes, "if the first line names columns: one that has a name is kept")})
		}
	}
	t.columns = slices.Clip(t.columns)
	t.name()
	return t, nil
}

// fail is an error in the current file; line and column count from 1, 0 if none is meant.
func (rd *reading) fail(line, column int, err error, remedy Remedy) error {
	e := &Error{File: rd.files[len(rd.files)-1], Line: line, Column: column, Err: err, Remedy: remedy}
	if column > 0 && column <= len(rd.names) {
		e.Name = rd.names[column-1]
	}
	return e
}

// problem is the error for a problem in text whose first line is line, counted from 0.
func (rd *reading) problem(p *problem, line int) error {
	remedy := p.remedy
	if rd.ragged != nil && errors.Is(p.err, ErrRagged) {
		remedy = rd.ragged
	}
	return rd.fail(line+p.line+1, p.column, p.err, remedy)
}

// failure is the error for one of a reader's, in a line from 1, 0 if that is not known.
func (rd *reading) failure(err error, line int) error {
	var remedy Remedy
	var source *sourceError
	if errors.As(err, &source) {
		err, remedy = source.err, source.remedy
	}
	return rd.fail(line, 0, withoutPath(err), remedy)
}

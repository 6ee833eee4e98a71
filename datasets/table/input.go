package table

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	utf8Encoding   = "utf-8"
	latin1Encoding = "latin1"
	utf16LE        = "utf-16le"
	utf16BE        = "utf-16be"
)

// Encodings are the names that [Encoding] knows, its default first.
func Encodings() []string { return []string{utf8Encoding, latin1Encoding, utf16LE, utf16BE} }

// input is the text of one file, as UTF-8 and without a byte order mark.
type input struct {
	io.Reader
	encoding string
	gzip     bool
}

// openText finds out what r is written in: gzip by its magic number, the encoding by a byte
// order mark, or as asked.
func openText(r io.Reader, s *settings) (input, error) {
	in := input{encoding: s.encoding}
	buffered := bufio.NewReaderSize(r, 64<<10)
	magic, err := peek(buffered, 2)
	if err != nil {
		return in, err
	}
	if in.gzip = string(magic) == "\x1f\x8b"; in.gzip {
		counted := &counter{r: buffered}
		z, err := gzip.NewReader(&byteCounter{buffered, counted})
		if err != nil {
			return in, fmt.Errorf("%w: %w", ErrGzip, err)
		}
		buffered = bufio.NewReaderSize(&inflated{z: z, in: counted, ratio: int64(s.maxRatio)}, 64<<10)
	}
	begin, err := peek(buffered, signatureBytes)
	if err != nil {
		// What came before it is read first: rows in it may be wrong themselves.
		if len(begin) < 4 {
			return in, err
		}
		buffered = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(begin)), failing{err}), 64<<10)
	}
	if other := formatOf(bytes.TrimPrefix(begin, []byte("\xef\xbb\xbf")), s.quote == '"'); other != nil {
		return in, other
	}
	mark := begin[:min(len(begin), 4)]
	found, length := "", 0
	switch {
	case bytes.HasPrefix(mark, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(mark, []byte("\x00\x00\xfe\xff")):
		return in, &sourceError{fmt.Errorf("%w: it is UTF-32", ErrEncoding), inWords("save the file as UTF-8")}
	case bytes.HasPrefix(mark, []byte("\xef\xbb\xbf")):
		found, length = utf8Encoding, 3
	case bytes.HasPrefix(mark, []byte("\xff\xfe")):
		found, length = utf16LE, 2
	case bytes.HasPrefix(mark, []byte("\xfe\xff")):
		found, length = utf16BE, 2
	}
	if found != "" {
		if s.encoding != utf8Encoding && s.encoding != found {
			return in, &sourceError{fmt.Errorf("%w: it begins with the mark of %s, but %s was asked for", ErrEncoding, found, s.encoding),
				by("Encoding", nil, "to be left out")}
		}
		in.encoding = found
		if _, err := buffered.Discard(length); err != nil {
			return in, err
		}
	}
	switch in.encoding {
	case latin1Encoding:
		in.Reader = &transcoder{r: buffered, decode: decodeLatin1}
	case utf16LE:
		in.Reader = &transcoder{r: buffered, decode: func(to, from []byte, last bool) ([]byte, int, error) {
			return decodeUTF16(to, from, 0, last)
		}}
	case utf16BE:
		in.Reader = &transcoder{r: buffered, decode: func(to, from []byte, last bool) ([]byte, int, error) {
			return decodeUTF16(to, from, 1, last)
		}}
	default:
		in.Reader = buffered
	}
	return in, nil
}

// failing reads nothing but an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// sourceError is an error of what is read, with its remedy.
type sourceError struct {
	err    error
	remedy Remedy
}

func (e *sourceError) Error() string { return e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

// peek returns the next n bytes, or fewer at the end.
func peek(b *bufio.Reader, n int) ([]byte, error) {
	p, err := b.Peek(n)
	if err == io.EOF {
		err = nil
	}
	return p, err
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// byteCounter is a counter of what is read byte by byte too, so that gzip reads no
// further than it needs.
type byteCounter struct {
	b *bufio.Reader
	*counter
}

func (c *byteCounter) ReadByte() (byte, error) {
	v, err := c.b.ReadByte()
	if err == nil {
		c.n++
	}
	return v, err
}

// inflated reads gzip data that must not be too many times as long as what it comes from.
type inflated struct {
	z     *gzip.Reader
	in    *counter
	out   int64
	ratio int64
}

// ratioFrom is how long a text may be whatever it comes from.
const ratioFrom = 64 << 20

func (f *inflated) Read(p []byte) (int, error) {
	n, err := f.z.Read(p)
	f.out += int64(n)
	if f.out > ratioFrom && f.out/f.ratio > f.in.n {
		return n, &sourceError{fmt.Errorf("%w: gzip data of more than %d times their length", ErrLimit, f.ratio), by("MaxRatio", nil, "if the file can be trusted")}
	}
	if err != nil && err != io.EOF {
		var corrupt flate.CorruptInputError
		if errors.As(err, &corrupt) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
			err = fmt.Errorf("%w: %w", ErrGzip, err)
		}
	}
	return n, err
}

// transcoder reads another encoding as UTF-8.
type transcoder struct {
	r      io.Reader
	decode func(to, from []byte, last bool) (out []byte, used int, err error)
	from   []byte // read and not decoded
	to     []byte // decoded and not handed out
	room   []byte
	err    error
}

func (t *transcoder) Read(p []byte) (int, error) {
	for len(t.to) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		if t.room == nil {
			t.room, t.from = make([]byte, 0, 96<<10), make([]byte, 0, 32<<10) // at most three bytes come of one
		}
		n, err := t.r.Read(t.from[len(t.from):cap(t.from)])
		t.from = t.from[:len(t.from)+n]
		var used int
		var wrong error
		t.to, used, wrong = t.decode(t.room[:0], t.from, err == io.EOF)
		t.room = t.to
		t.from = t.from[:copy(t.from, t.from[used:])]
		if t.err = err; wrong != nil {
			t.err = wrong
		}
	}
	n := copy(p, t.to)
	t.to = t.to[n:]
	return n, nil
}

// windows1252 are the characters that Windows has where ISO 8859-1 has control characters, from
// 0x80 on; five of these are none in either.
var windows1252 = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

// decodeLatin1 decodes windows-1252, as browsers do what says that it is latin1: no table has
// control characters, and many are written by Windows.
func decodeLatin1(to, from []byte, _ bool) ([]byte, int, error) {
	for _, c := range from {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = windows1252[c-0x80]
		}
		to = utf8.AppendRune(to, r)
	}
	return to, len(from), nil
}

// decodeUTF16 decodes units whose more significant byte comes first if big is 1.
func decodeUTF16(to, from []byte, big int, last bool) ([]byte, int, error) {
	unit := func(i int) rune { return rune(from[i+1-big])<<8 | rune(from[i+big]) }
	i := 0
	for ; i+1 < len(from); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			if i+3 >= len(from) && !last {
				break
			}
			pair := rune(utf8.RuneError)
			if i+3 < len(from) {
				pair = utf16.DecodeRune(r, unit(i+2))
			}
			if pair == utf8.RuneError {
				return to, i, fmt.Errorf("%w: half of a UTF-16 pair, 0x%04x", ErrEncoding, r)
			}
			i += 2
			r = pair
		}
		to = utf8.AppendRune(to, r)
	}
	if last && i < len(from) {
		return to, i, fmt.Errorf("%w: half of a UTF-16 character at the end", ErrEncoding)
	}
	return to, i, nil
}

package table

import (
	"bytes"
	"io"
)

// splitter cuts a text into chunks of whole records.
type splitter struct {
	*grammar
	r         io.Reader
	size      int // of a chunk
	maxRecord int
	tail      []byte // read, but of a record that is not whole yet
	end       bool   // there is nothing more to read
	failure   error  // of r
}

// next fills a chunk's text, and tells whether there may be another one.
func (s *splitter) next(c *chunk) bool {
	c.failure = nil
	c.text = append(c.text[:0], s.tail...)
	s.tail = s.tail[:0]
	for {
		s.fill(c, max(s.size, len(c.text)+len(c.text)/2+1))
		if s.end {
			break
		}
		if end := s.lastRecordEnd(c.text); end > 0 {
			s.tail = append(s.tail, c.text[end:]...)
			c.text = c.text[:end]
			return true
		}
		if len(c.text) > s.maxRecord {
			// The parser finds what is wrong with it, or that it is too long.
			c.text = append(c.text[:s.maxRecord+1], '\n')
			return false
		}
	}
	switch {
	case s.failure != nil:
		c.failure = s.failure
		c.text = c.text[:s.lastRecordEnd(c.text)]
	case len(c.text) > 0 && !isLineEnd(c.text[len(c.text)-1]):
		c.text = append(c.text, '\n')
	case len(c.text) > 0 && s.quote != 0 && bytes.Count(c.text, []byte{s.quote})%2 == 1:
		c.text = append(c.text, '\n') // behind the quote that is not closed
	}
	return false
}

// fill reads until the chunk has n bytes, or to the end.
func (s *splitter) fill(c *chunk, n int) {
	if cap(c.text) < n+1 {
		grown := make([]byte, len(c.text), n+1)
		copy(grown, c.text)
		c.text = grown
	}
	for !s.end && len(c.text) < n {
		m, err := s.r.Read(c.text[len(c.text):n])
		c.text = c.text[:len(c.text)+m]
		if err != nil {
			s.end = true
			if err != io.EOF {
				s.failure = err
			}
		}
	}
}

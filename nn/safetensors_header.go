package nn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"
)

// elementBytes returns the size of one element of a type that the format
// knows, or 0. Only F32 can be loaded, but a file with others is not malformed.
func elementBytes(dtype string) int {
	switch dtype {
	case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2":
		return 1
	case "U16", "I16", "F16", "BF16":
		return 2
	case "U32", "I32", dtypeF32:
		return 4
	case "U64", "I64", "F64":
		return 8
	}
	return 0
}

// headerParser walks a header token by token. Decoding it into maps would
// lose duplicate keys, which two readers may understand in two ways.
type headerParser struct {
	dec *json.Decoder
	at  string // the entry that is being read
}

// parseHeader returns what the JSON of a header says.
func parseHeader(header []byte) (metadata map[string]string, entries map[string]tensorEntry, err error) {
	if !utf8.Valid(header) {
		return nil, nil, &FormatError{Detail: "the header is not valid UTF-8"}
	}
	p := headerParser{dec: json.NewDecoder(bytes.NewReader(header))}
	p.dec.UseNumber()
	metadata, entries = map[string]string{}, map[string]tensorEntry{}
	seenMetadata := false
	err = p.object(func(key string) error {
		p.at = key
		if key == metadataKey {
			if seenMetadata {
				return p.errorf("appears twice")
			}
			seenMetadata = true
			return p.metadata(metadata)
		}
		if _, twice := entries[key]; twice {
			return p.errorf("appears twice")
		}
		e, err := p.entry()
		entries[key] = e
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	p.at = ""
	if _, err := p.dec.Token(); err != io.EOF {
		return nil, nil, p.errorf("the header goes on after its JSON object")
	}
	return metadata, entries, nil
}

func (p *headerParser) errorf(format string, args ...any) error {
	return &FormatError{Tensor: p.at, Detail: fmt.Sprintf(format, args...)}
}

// token returns the next token, or reports JSON that is malformed.
func (p *headerParser) token() (json.Token, error) {
	t, err := p.dec.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, &FormatError{Tensor: p.at, Detail: "the header is not valid JSON", Err: err}
	}
	return t, nil
}

// delimiter reads d.
func (p *headerParser) delimiter(d json.Delim) error {
	t, err := p.token()
	if err == nil && t != d {
		err = p.errorf("the header has %v, want %v", t, d)
	}
	return err
}

// object reads an object; field is called with each key and reads the value.
func (p *headerParser) object(field func(key string) error) error {
	if err := p.delimiter('{'); err != nil {
		return err
	}
	for p.dec.More() {
		t, err := p.token()
		if err != nil {
			return err
		}
		if err := field(t.(string)); err != nil { // the decoder lets nothing but strings be keys
			return err
		}
	}
	return p.delimiter('}')
}

func (p *headerParser) str() (string, error) {
	t, err := p.token()
	if err != nil {
		return "", err
	}
	s, ok := t.(string)
	if !ok {
		return "", p.errorf("the header has %v, want a string", t)
	}
	return s, nil
}

// numbers reads an array of integers that are not negative.
func (p *headerParser) numbers() ([]int, error) {
	if err := p.delimiter('['); err != nil {
		return nil, err
	}
	list := []int{}
	for p.dec.More() {
		t, err := p.token()
		if err != nil {
			return nil, err
		}
		number, ok := t.(json.Number)
		if !ok {
			return nil, p.errorf("the header has %v, want an integer", t)
		}
		n, err := strconv.ParseUint(number.String(), 10, 63)
		if err != nil || n > math.MaxInt {
			return nil, p.errorf("the header has %v, want an integer from 0 to %d", number, math.MaxInt)
		}
		list = append(list, int(n))
	}
	return list, p.delimiter(']')
}

// metadata reads an object of strings.
func (p *headerParser) metadata(into map[string]string) error {
	return p.object(func(key string) error {
		if _, twice := into[key]; twice {
			return p.errorf("key %q appears twice", key)
		}
		v, err := p.str()
		into[key] = v
		return err
	})
}

// entry reads the entry of a tensor and checks that its parts agree.
func (p *headerParser) entry() (tensorEntry, error) {
	var e tensorEntry
	var offsets []int
	seen := map[string]bool{}
	err := p.object(func(key string) (err error) {
		if seen[key] {
			return p.errorf("%s appears twice", key)
		}
		seen[key] = true
		switch key {
		case "dtype":
			e.Dtype, err = p.str()
		case "shape":
			e.Shape, err = p.numbers()
		case "data_offsets":
			offsets, err = p.numbers()
		default:
			err = p.errorf("unknown field %q", key)
		}
		return err
	})
	if err != nil {
		return e, err
	}
	for _, field := range []string{"dtype", "shape", "data_offsets"} {
		if !seen[field] {
			return e, p.errorf("%s is missing", field)
		}
	}
	if len(offsets) != 2 || offsets[0] > offsets[1] {
		return e, p.errorf("data_offsets are %v, want a start and an end after it", offsets)
	}
	e.Offsets = [2]int(offsets)

	size := elementBytes(e.Dtype)
	if size == 0 {
		return e, p.errorf("unknown type %q", e.Dtype)
	}
	for _, d := range e.Shape {
		if d != 0 && size > math.MaxInt/d {
			return e, p.errorf("shape %v is too large", e.Shape)
		}
		size *= d
	}
	if size != offsets[1]-offsets[0] {
		return e, p.errorf("data_offsets %v hold %d bytes, shape %v of %s takes %d", offsets, offsets[1]-offsets[0], e.Shape, e.Dtype, size)
	}
	return e, nil
}

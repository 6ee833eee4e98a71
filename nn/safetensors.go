package nn

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/nn/fault"
)

// A safetensors file is
//
//	8 bytes    the length n of the header, little-endian
//	n bytes    the header: a JSON object, padded with spaces
//	the rest   the tensors' elements, little-endian, row-major
//
// The header has one entry for each tensor, {"dtype":"F32","shape":[2,3],
// "data_offsets":[0,24]} with offsets in bytes from the header's end, and
// optionally one called __metadata__ with strings. The tensors cover the rest
// without gaps or overlaps. (https://github.com/huggingface/safetensors)

const (
	metadataKey = "__metadata__"
	dtypeF32    = "F32"
	// maxHeader is the reference implementation's limit.
	maxHeader = 100_000_000
	// chunkBytes is how much of a tensor is read or written at a time.
	chunkBytes = 1 << 16
)

// FormatError reports a file that is not valid in the safetensors format.
type FormatError struct {
	Tensor string // the tensor or metadata key that it is about; empty for the file
	Detail string
	Err    error // what was behind it, such as io.ErrUnexpectedEOF; may be nil
}

func (e *FormatError) Error() string {
	s := "safetensors: "
	if e.Tensor != "" {
		s += fmt.Sprintf("%q: ", e.Tensor)
	}
	s += e.Detail
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns Err.
func (e *FormatError) Unwrap() error { return e.Err }

// MismatchError reports a file whose tensors are not those of the network.
type MismatchError struct {
	Tensor    string
	Got, Want string
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("safetensors: tensor %q: the file has %s, the network %s", e.Tensor, e.Got, e.Want)
}

// fileTensor is a float32 tensor by name.
type fileTensor struct {
	name  string
	shape []int
	data  []float32
}

// elements is the product of a tensor's dimensions.
func (t *fileTensor) elements() int {
	n := 1
	for _, d := range t.shape {
		n *= d
	}
	return n
}

// writeTensors writes a safetensors file. The elements follow in the order of
// the list.
func writeTensors(w io.Writer, metadata map[string]string, tensors []fileTensor) error {
	header, err := encodeHeader(metadata, tensors)
	if err != nil {
		return err
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))); err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	buf := make([]byte, 0, chunkBytes)
	for _, t := range tensors {
		for chunk := range slices.Chunk(t.data, chunkBytes/4) {
			buf = buf[:0]
			for _, v := range chunk {
				buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
			}
			if _, err := w.Write(buf); err != nil {
				return err
			}
		}
	}
	return nil
}

// encodeHeader returns the header, padded so that the elements start at a
// multiple of 8 bytes.
func encodeHeader(metadata map[string]string, tensors []fileTensor) ([]byte, error) {
	for k, v := range metadata {
		if !utf8.ValidString(k) || !utf8.ValidString(v) {
			return nil, &FormatError{Tensor: k, Detail: "metadata must be valid UTF-8"}
		}
	}
	// The entries are written one by one, since a map would sort them.
	header := []byte{'{'}
	add := func(key string, value any) error {
		k, err := json.Marshal(key)
		if err != nil {
			return err
		}
		v, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if len(header) > 1 {
			header = append(header, ',')
		}
		header = append(header, k...)
		header = append(header, ':')
		header = append(header, v...)
		return nil
	}
	if len(metadata) > 0 {
		if err := add(metadataKey, metadata); err != nil {
			return nil, err
		}
	}
	offset := 0
	for _, t := range tensors {
		if !utf8.ValidString(t.name) || t.name == metadataKey {
			return nil, &FormatError{Tensor: t.name, Detail: "not a name for a tensor"}
		}
		end := offset + 4*t.elements()
		if err := add(t.name, tensorEntry{dtypeF32, t.shape, [2]int{offset, end}}); err != nil {
			return nil, err
		}
		offset = end
	}
	header = append(header, '}')
	for len(header)%8 != 0 {
		header = append(header, ' ')
	}
	if len(header) > maxHeader {
		return nil, &FormatError{Detail: fmt.Sprintf("the header would be %d bytes, more than the format's limit of %d", len(header), maxHeader)}
	}
	return header, nil
}

// tensorEntry is a tensor's entry in the header.
type tensorEntry struct {
	Dtype   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"` // in bytes, from the end of the header
}

// tensorFile is a safetensors file of which the header has been read.
type tensorFile struct {
	metadata map[string]string
	entries  map[string]tensorEntry
	order    []string // the tensors' names by offset
	rest     io.Reader
}

// openTensors reads the header of a safetensors file and checks that it is
// one. Nothing is allocated for what the header only claims.
func openTensors(r io.Reader) (*tensorFile, error) {
	if r == nil {
		return nil, fault.Nil("safetensors", "reader", "one to read from")
	}
	var length [8]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, truncated("the length of the header", err)
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n > maxHeader {
		return nil, &FormatError{Detail: fmt.Sprintf("the header is %d bytes long, more than the format's limit of %d: not a safetensors file?", n, maxHeader)}
	}
	header, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err == nil && uint64(len(header)) < n {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, truncated(fmt.Sprintf("the header, %d of its %d bytes", len(header), n), err)
	}
	f := &tensorFile{rest: r}
	if f.metadata, f.entries, err = parseHeader(header); err != nil {
		return nil, err
	}
	return f, f.checkOffsets()
}

// truncated reports a file that ended, or could not be read, in the middle of
// what.
func truncated(what string, err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &FormatError{Detail: "the file ends in " + what, Err: err}
	}
	return fmt.Errorf("reading %s: %w", what, err)
}

// checkOffsets puts the tensors in the order of their offsets and reports gaps
// and overlaps.
func (f *tensorFile) checkOffsets() error {
	for name := range f.entries {
		f.order = append(f.order, name)
	}
	slices.SortFunc(f.order, func(a, b string) int {
		x, y := f.entries[a], f.entries[b]
		for i := range x.Offsets { // by the end too: an empty tensor comes before what starts where it does
			if c := x.Offsets[i] - y.Offsets[i]; c != 0 {
				return c
			}
		}
		return 0
	})
	end := 0
	for _, name := range f.order {
		e := f.entries[name]
		if e.Offsets[0] != end {
			return &FormatError{Tensor: name, Detail: fmt.Sprintf("starts at offset %d, want %d, where the tensor before ends", e.Offsets[0], end)}
		}
		end = e.Offsets[1]
	}
	return nil
}

// read fills in the data of tensors, which must be exactly those of the file.
// It compares names, types and shapes before it reads any.
func (f *tensorFile) read(tensors []fileTensor) error {
	byName := make(map[string]*fileTensor, len(tensors))
	for i := range tensors {
		t := &tensors[i]
		byName[t.name] = t
		e, ok := f.entries[t.name]
		if !ok {
			return &MismatchError{t.name, "no such tensor", fmt.Sprintf("one of shape %v", t.shape)}
		}
		if e.Dtype != dtypeF32 {
			return &MismatchError{t.name, "elements of type " + e.Dtype, dtypeF32}
		}
		if !slices.Equal(e.Shape, t.shape) {
			return &MismatchError{t.name, fmt.Sprintf("shape %v", e.Shape), fmt.Sprintf("%v", t.shape)}
		}
	}
	for _, name := range f.order {
		if byName[name] == nil {
			return &MismatchError{name, fmt.Sprintf("one of shape %v", f.entries[name].Shape), "no such tensor"}
		}
	}
	buf := make([]byte, chunkBytes)
	for _, name := range f.order {
		var err error
		if byName[name].data, err = readFloats(f.rest, byName[name].elements(), buf); err != nil {
			return truncated(fmt.Sprintf("tensor %q", name), err)
		}
	}
	switch _, err := io.ReadFull(f.rest, buf[:1]); {
	case err == nil:
		return &FormatError{Detail: "there are bytes after the last tensor"}
	case err != io.EOF:
		return fmt.Errorf("reading the end: %w", err)
	}
	return nil
}

// readFloats reads n numbers. The slice grows with the data that arrive, so
// that a file that is shorter than it claims takes no memory for the claim.
func readFloats(r io.Reader, n int, buf []byte) ([]float32, error) {
	data := make([]float32, 0, min(n, len(buf)/4))
	for len(data) < n {
		chunk := buf[:4*min(n-len(data), len(buf)/4)]
		if _, err := io.ReadFull(r, chunk); err != nil {
			return nil, err
		}
		data = slices.Grow(data, len(chunk)/4)
		for ; len(chunk) > 0; chunk = chunk[4:] {
			data = append(data, math.Float32frombits(binary.LittleEndian.Uint32(chunk)))
		}
	}
	return data, nil
}

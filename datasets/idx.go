package datasets

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
)

// IDX is an array read from an IDX file, the format of MNIST and its relatives:
// a magic number 0, 0, type, rank; the dimensions as 32-bit big-endian numbers;
// then the elements, big-endian, last dimension fastest.
// (Y. LeCun, C. Cortes, C. Burges, "The MNIST database", file formats.)
type IDX struct {
	Type ElementType // what the file held; Data is float32 whatever it was
	Dims []int       // 1 to 4 dimensions
	Data []float32   // row-major, the product of Dims
}

// ElementType is the third byte of an IDX file.
type ElementType byte

// The element types of IDX files. Int32 and Float64 are rounded to float32.
const (
	Uint8   ElementType = 0x08
	Int8    ElementType = 0x09
	Int16   ElementType = 0x0B
	Int32   ElementType = 0x0C
	Float32 ElementType = 0x0D
	Float64 ElementType = 0x0E
)

func (t ElementType) String() string {
	switch t {
	case Uint8:
		return "uint8"
	case Int8:
		return "int8"
	case Int16:
		return "int16"
	case Int32:
		return "int32"
	case Float32:
		return "float32"
	case Float64:
		return "float64"
	}
	return fmt.Sprintf("unknown (0x%02x)", byte(t))
}

// size returns the bytes of one element, 0 for an unknown type.
func (t ElementType) size() int {
	switch t {
	case Uint8, Int8:
		return 1
	case Int16:
		return 2
	case Int32, Float32:
		return 4
	case Float64:
		return 8
	}
	return 0
}

const (
	maxRank = 4
	// idxChunk is the most bytes handed over at a time: enough that waking the
	// converting goroutine costs nothing beside it, few enough to stay in a
	// second-level cache until then.
	idxChunk = 256 << 10
	// idxChunks is how many chunks conversion may lag behind. Fresh memory
	// and other work hold it up for milliseconds at a time; decompression,
	// which takes longer in all, should not wait for that.
	idxChunks = 32
)

// ReadIDX reads an IDX file, decompressing it if it begins as gzip does
// (whatever it is called). The data must end where the header says.
//
// A file that is not IDX, ends early, goes on after the end, or whose gzip data
// are damaged is a *FormatError; its Err is ErrHeader, ErrTruncated,
// ErrTrailing or ErrGzip. Memory grows with the data that arrive: whatever the
// header claims, bytes are kept as they come until they are half of all; then
// there is room for all elements.
func ReadIDX(r io.Reader) (*IDX, error) {
	d, err := newIDXDecoder(r, readerName(r))
	if err != nil {
		return nil, err
	}
	return d.data(1)
}

// idxDecoder reads one IDX file from front to back.
type idxDecoder struct {
	file   string
	r      io.Reader
	offset int64 // bytes read so far, after decompression
	x      *IDX
	total  int // the product of x.Dims
}

// newIDXDecoder reads the header of an IDX file.
func newIDXDecoder(r io.Reader, file string) (*idxDecoder, error) {
	d := &idxDecoder{file: file, x: new(IDX)}
	if err := d.open(r); err != nil {
		return nil, err
	}
	if err := d.header(); err != nil {
		return nil, err
	}
	return d, nil
}

// data reads what is behind the header, and divides elements by divisor.
func (d *idxDecoder) data(divisor float64) (*IDX, error) {
	if err := d.elements(divisor); err != nil {
		return nil, err
	}
	if err := d.end(); err != nil {
		return nil, err
	}
	return d.x, nil
}

// open looks for gzip's magic number and puts a decompressor in between.
func (d *idxDecoder) open(r io.Reader) error {
	buffered := bufio.NewReaderSize(r, 64<<10)
	d.r = buffered
	magic, err := buffered.Peek(2)
	if err != nil && err != io.EOF {
		return d.fail(err)
	}
	if len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		return nil
	}
	if d.r, err = gzip.NewReader(buffered); err != nil {
		return d.fail(err)
	}
	return nil
}

// read fills p, counting what came.
func (d *idxDecoder) read(p []byte) (int, error) {
	n, err := io.ReadFull(d.r, p)
	d.offset += int64(n)
	return n, err
}

// header reads the magic number and the dimensions.
func (d *idxDecoder) header() error {
	var buf [4 * maxRank]byte
	if _, err := d.read(buf[:4]); err != nil {
		return d.short(err, "the magic number")
	}
	x := d.x
	x.Type = ElementType(buf[2])
	rank := int(buf[3])
	if buf[0] != 0 || buf[1] != 0 || x.Type.size() == 0 || rank < 1 || rank > maxRank {
		return d.wrap(fmt.Errorf("%w: magic number is % x, want 00 00, a type (08, 09, 0b to 0e), a rank (01 to 04)",
			ErrHeader, buf[:4]))
	}
	if _, err := d.read(buf[:4*rank]); err != nil {
		return d.short(err, strconv.Itoa(rank)+" dimensions")
	}
	for i := range rank {
		dim := binary.BigEndian.Uint32(buf[4*i:])
		if uint64(dim) > math.MaxInt {
			return d.wrap(fmt.Errorf("%w: dimension %d is %d, want at most %d", ErrHeader, i, dim, math.MaxInt))
		}
		x.Dims = append(x.Dims, int(dim))
	}
	var ok bool
	if d.total, ok = product(x.Dims); !ok {
		return d.wrap(fmt.Errorf("%w: %s elements do not fit memory", ErrHeader, dims(x.Dims)))
	}
	return nil
}

// elements reads the data that the header promises. Another goroutine converts
// a chunk while this one decompresses the next, as soon as the promise deserves
// room for all elements.
func (d *idxDecoder) elements(divisor float64) error {
	size := d.x.Type.size()
	chunk := min(idxChunk/size, d.total) * size
	left := d.total
	fill := func(buf []byte) ([]byte, error) {
		n, err := d.read(buf[:min(chunk, left*size)])
		left -= n / size
		return buf[:n/size*size], err
	}
	var src []byte
	var err error
	var early [][]byte
	for left > d.total/2 && err == nil {
		src, err = fill(make([]byte, chunk))
		early = append(early, src)
	}
	if err != nil {
		return d.missing(err)
	}

	filled := make(chan []byte, idxChunks)
	empty := make(chan []byte, idxChunks)
	var converting sync.WaitGroup
	converting.Go(func() {
		d.x.Data = make([]float32, d.total)
		dst, convert := d.x.Data, converter(d.x.Type, divisor)
		next := func(src []byte) {
			n := len(src) / size
			convert(dst[:n], src)
			dst = dst[n:]
		}
		for _, src := range early {
			next(src)
		}
		for src := range filled {
			next(src)
			empty <- src[:chunk]
		}
	})
	for made := 0; left > 0 && err == nil; {
		if made < idxChunks && len(empty) == 0 {
			src = make([]byte, chunk)
			made++
		} else {
			src = <-empty
		}
		src, err = fill(src)
		filled <- src
	}
	close(filled)
	converting.Wait()
	if err != nil {
		return d.missing(err)
	}
	return nil
}

// end checks that nothing follows. For gzip data this is also what makes the
// reader compare the checksum.
func (d *idxDecoder) end() error {
	var one [1]byte
	switch n, err := d.read(one[:]); {
	case n > 0:
		d.offset--
		return d.wrap(fmt.Errorf("%w: the file goes on where its header says that it ends", ErrTrailing))
	case err != io.EOF:
		return d.fail(err)
	}
	return nil
}

// missing explains a read that ended before the last element.
func (d *idxDecoder) missing(err error) error {
	return d.short(err, fmt.Sprintf("%s elements of type %v", dims(d.x.Dims), d.x.Type))
}

// short explains a read that ended before want was complete.
func (d *idxDecoder) short(err error, want string) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return d.wrap(fmt.Errorf("%w: the data end here, want %s", ErrTruncated, want))
	}
	return d.fail(err)
}

// fail explains an error of the reader below: damage if it is the
// decompressor's, otherwise the reader's own.
func (d *idxDecoder) fail(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return d.wrap(fmt.Errorf("%w: %w", ErrGzip, err))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return d.wrap(fmt.Errorf("%w: %w", ErrTruncated, err))
	case d.file != "":
		return fmt.Errorf("%s: %w", d.file, err)
	}
	return err
}

func (d *idxDecoder) wrap(err error) error {
	return &FormatError{File: d.file, Offset: d.offset, Err: err}
}

// product multiplies dimensions; not ok if that many elements of 8 bytes cannot
// be addressed.
func product(dims []int) (n int, ok bool) {
	n = 1
	for _, d := range dims {
		if d == 0 {
			return 0, true // no element, however large the other dimensions
		}
	}
	for _, d := range dims {
		if n > math.MaxInt/8/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}

// dims formats dimensions as 60000x28x28.
func dims(d []int) string {
	parts := make([]string, len(d))
	for i, v := range d {
		parts[i] = strconv.Itoa(v)
	}
	return strings.Join(parts, "x")
}

// converter returns the loop that decodes elements of a type and divides them:
// dst[i] = src[i] / divisor, rounded once to float32.
func converter(t ElementType, divisor float64) func(dst []float32, src []byte) {
	switch t {
	case Uint8, Int8:
		var table [256]float32
		for i := range table {
			v := float64(i)
			if t == Int8 {
				v = float64(int8(i))
			}
			table[i] = float32(v / divisor)
		}
		return func(dst []float32, src []byte) {
			dst = dst[:len(src)]
			for i, b := range src {
				dst[i] = table[b]
			}
		}
	case Int16:
		return func(dst []float32, src []byte) {
			for i := range dst {
				dst[i] = float32(float64(int16(binary.BigEndian.Uint16(src[2*i:]))) / divisor)
			}
		}
	case Int32:
		return func(dst []float32, src []byte) {
			for i := range dst {
				dst[i] = float32(float64(int32(binary.BigEndian.Uint32(src[4*i:]))) / divisor)
			}
		}
	case Float32:
		return func(dst []float32, src []byte) {
			for i := range dst {
				dst[i] = float32(float64(math.Float32frombits(binary.BigEndian.Uint32(src[4*i:]))) / divisor)
			}
		}
	default: // Float64: header has refused every other type
		return func(dst []float32, src []byte) {
			for i := range dst {
				dst[i] = float32(math.Float64frombits(binary.BigEndian.Uint64(src[8*i:])) / divisor)
			}
		}
	}
}

// readerName returns the name of a reader that has one, as files do.
func readerName(r io.Reader) string {
	if named, ok := r.(interface{ Name() string }); ok {
		return named.Name()
	}
	return ""
}

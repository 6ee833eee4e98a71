package datasets

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadIDXTypes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typ      ElementType
		elements any
		want     []float32
	}{
		{Uint8, []uint8{0, 1, 127, 128, 255, 7}, []float32{0, 1, 127, 128, 255, 7}},
		{Int8, []int8{0, 1, 127, -128, -1, 7}, []float32{0, 1, 127, -128, -1, 7}},
		{Int16, []int16{0, 1, 32767, -32768, -1, 258}, []float32{0, 1, 32767, -32768, -1, 258}},
		{Int32, []int32{0, 1, 1 << 30, math.MinInt32, -1, 66051}, []float32{0, 1, 1 << 30, math.MinInt32, -1, 66051}},
		{Float32, []float32{0, .1, -2.5, math.MaxFloat32, 1e-45, 7}, []float32{0, .1, -2.5, math.MaxFloat32, 1e-45, 7}},
		{Float64, []float64{0, .1, -2.5, 1e30, 1e-60, 7}, []float32{0, .1, -2.5, 1e30, 0, 7}},
	} {
		if name := strings.TrimPrefix(fmt.Sprintf("%T", tt.elements), "[]"); tt.typ.String() != name {
			t.Errorf("%v is called so, want %s", tt.typ, name)
		}
		for _, dims := range [][]uint32{{6}, {2, 3}, {1, 3, 2}, {3, 1, 1, 2}} {
			data := idxBytes(t, tt.typ, dims, tt.elements)
			for form, file := range map[string][]byte{"plain": data, "gzip": gzipped(t, data)} {
				x, err := ReadIDX(bytes.NewReader(file))
				if err != nil {
					t.Errorf("%v %v %s: %v", tt.typ, dims, form, err)
					continue
				}
				if x.Type != tt.typ || len(x.Dims) != len(dims) || !slices.Equal(x.Data, tt.want) {
					t.Errorf("%v %v %s: got %v %v %v, want %v", tt.typ, dims, form, x.Type, x.Dims, x.Data, tt.want)
				}
				for i, d := range dims {
					if x.Dims[i] != int(d) {
						t.Errorf("%v %v %s: dims are %v", tt.typ, dims, form, x.Dims)
					}
				}
			}
		}
	}
}

func TestReadIDXSpecialFloats(t *testing.T) {
	t.Parallel()
	x, err := ReadIDX(bytes.NewReader(idxBytes(t, Float64, []uint32{3}, []float64{math.NaN(), math.Inf(-1), 1e300})))
	if err != nil {
		t.Fatal(err)
	}
	if v := x.Data; v[0] == v[0] || v[1] != float32(math.Inf(-1)) || v[2] != float32(math.Inf(1)) {
		t.Errorf("got %v, want NaN -Inf +Inf", v)
	}
}

// Every size around a chunk, and more chunks than there are buffers, through a reader that
// returns a few bytes at a time; and files that end early, before and after half of them.
func TestReadIDXChunks(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, idxChunk/2 - 1, idxChunk / 2, idxChunk/2 + 1, 3*idxChunk + 5, (idxChunks + 2) * idxChunk} {
		want := make([]int16, n)
		for i := range want {
			want[i] = int16(i * 31)
		}
		data := idxBytes(t, Int16, []uint32{uint32(n)}, want)
		x, err := ReadIDX(iotest.HalfReader(bytes.NewReader(data)))
		if err != nil {
			t.Fatalf("%d elements: %v", n, err)
		}
		if len(x.Data) != n {
			t.Fatalf("%d elements: got %d", n, len(x.Data))
		}
		for i, v := range x.Data {
			if v != float32(want[i]) {
				t.Fatalf("%d elements: element %d is %v, want %d", n, i, v, want[i])
			}
		}
		for _, missing := range []int{1, n/2 + 1, n + n/2} {
			if n > 0 {
				_, err := ReadIDX(bytes.NewReader(data[:len(data)-missing]))
				wantFormat(t, err, ErrTruncated, fmt.Sprintf("byte %d:", len(data)-missing))
			}
		}
	}
}

// hugeRows of 512 elements are 2^40, or where int has 32 bits 2^27: as many as may be
// promised.
const hugeRows = 1 << (18 + 13*(math.MaxInt>>62))

func TestReadIDXZeroDimension(t *testing.T) {
	t.Parallel()
	x, err := ReadIDX(bytes.NewReader(idxBytes(t, Float64, []uint32{1 << 30, 0, 1 << 30, 1 << 30}, []byte{})))
	if err != nil || len(x.Data) != 0 {
		t.Errorf("got %v, %v, want no element and no error", x, err)
	}
}

func TestReadIDXDamage(t *testing.T) {
	t.Parallel()
	good := idxBytes(t, Uint8, []uint32{2, 3}, []byte{1, 2, 3, 4, 5, 6})
	zipped := gzipped(t, good)
	with := func(data []byte, at int, v byte) []byte {
		data = bytes.Clone(data)
		data[at] = v
		return data
	}
	for _, tt := range []struct {
		name   string
		data   []byte
		target error
		parts  []string
	}{
		{"empty", nil, ErrTruncated, []string{"input", "magic number"}},
		{"half a magic number", good[:3], ErrTruncated, []string{"byte 3", "magic number"}},
		{"not zero", with(good, 0, 1), ErrHeader, []string{"01 00 08 02"}},
		{"type 0x0a", with(good, 2, 0x0a), ErrHeader, []string{"00 00 0a 02"}},
		{"rank 0", with(good, 3, 0), ErrHeader, []string{"rank"}},
		{"rank 5", with(good, 3, 5), ErrHeader, []string{"rank"}},
		{"half the dimensions", good[:9], ErrTruncated, []string{"byte 9", "2 dimensions"}},
		{"half the data", good[:15], ErrTruncated, []string{"byte 15", "2x3 elements of type uint8"}},
		{"no data", good[:12], ErrTruncated, []string{"byte 12", "2x3"}},
		{"trailing", append(bytes.Clone(good), 0), ErrTrailing, []string{"byte 18"}},
		{"half an element", idxBytes(t, Float64, []uint32{2}, make([]byte, 12)), ErrTruncated, []string{"byte 20"}},
		{"overflow", idxBytes(t, Uint8, []uint32{1 << 30, 1 << 30, 1 << 30}, []byte{1}), ErrHeader,
			[]string{"1073741824x1073741824x1073741824", "do not fit memory"}},
		{"many rows", idxBytes(t, Uint8, []uint32{hugeRows, 1 << 9}, []byte{1, 2}), ErrTruncated, []string{fmt.Sprintf("%dx512", hugeRows)}},

		{"gzip magic alone", zipped[:2], ErrTruncated, nil},
		{"gzip header", with(zipped, 2, 99), ErrGzip, []string{"invalid header"}},
		{"gzip body", with(zipped, 10, 0xff), ErrGzip, []string{"corrupt"}},
		{"gzip checksum", with(zipped, len(zipped)-8, zipped[len(zipped)-8]^1), ErrGzip, []string{"checksum"}},
		{"gzip length", with(zipped, len(zipped)-1, 1), ErrGzip, []string{"checksum"}},
		{"gzip without its end", zipped[:len(zipped)-4], ErrTruncated, []string{"byte 18"}},
		{"gzip cut", zipped[:15], ErrTruncated, nil},
		{"gzip trailing inside", gzipped(t, append(bytes.Clone(good), 9, 9)), ErrTrailing, []string{"byte 18"}},
		{"gzip trailing outside", append(bytes.Clone(zipped), "more"...), ErrTruncated, nil},
		{"gzip trailing garbage", append(bytes.Clone(zipped), "more than a header"...), ErrGzip, nil},
		{"gzip truncated inside", gzipped(t, good[:15]), ErrTruncated, []string{"byte 15"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x, err := ReadIDX(bytes.NewReader(tt.data))
			wantFormat(t, err, tt.target, tt.parts...)
			if x != nil {
				t.Error("an array came with the error")
			}
		})
	}
	if _, err := ReadIDX(bytes.NewReader(append(gzipped(t, good[:7]), gzipped(t, good[7:])...))); err != nil {
		t.Errorf("a gzip file of two members: %v", err)
	}
}

func TestReadIDXKeepsCauses(t *testing.T) {
	t.Parallel()
	data := gzipped(t, idxBytes(t, Uint8, []uint32{1}, []byte{1}))
	data[len(data)-8] ^= 1
	if _, err := ReadIDX(bytes.NewReader(data)); !errors.Is(err, gzip.ErrChecksum) {
		t.Errorf("got %v, want gzip.ErrChecksum", err)
	}
	broken := errors.New("disk on fire")
	for n := range 16 { // wherever reading fails, the reader's own error comes out
		r := io.MultiReader(strings.NewReader(string(idxBytes(t, Uint8, []uint32{4}, make([]byte, 4))[:min(n, 11)])), iotest.ErrReader(broken))
		if _, err := ReadIDX(r); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: got %v", n, err)
		}
	}
}

type namedReader struct {
	io.Reader
	name string
}

func (r namedReader) Name() string { return r.name }

// Errors name the file of a reader that has a name.
func TestReadIDXNamesTheFile(t *testing.T) {
	t.Parallel()
	_, err := ReadIDX(namedReader{strings.NewReader(""), "t.idx"})
	wantFormat(t, err, ErrTruncated, "t.idx: truncated")
	broken := errors.New("disk on fire")
	if _, err := ReadIDX(namedReader{iotest.ErrReader(broken), "t.idx"}); !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "t.idx: ") {
		t.Errorf("got %v", err)
	}
}

// A header may promise anything: memory follows the data that come.
func TestReadIDXHostileHeaderAllocatesLittle(t *testing.T) {
	for _, dims := range [][]uint32{{hugeRows, 1 << 9}, {1 << 31, 1 << 9}, {math.MaxUint32}, {1 << 18, 28, 28}, {math.MaxUint32, 1 << 26}} {
		elements, want := uint64(1), ErrTruncated
		for _, d := range dims {
			elements *= uint64(d)
		}
		if elements > math.MaxInt/8 { // where int has 32 bits
			want = ErrHeader
		}
		for _, come := range []int{1000, 5 << 20} {
			data := idxBytes(t, Uint8, dims, make([]byte, come))
			for form, file := range map[string][]byte{"plain": data, "gzip": gzipped(t, data)} {
				var err error
				got := allocated(func() { _, err = ReadIDX(bytes.NewReader(file)) })
				wantFormat(t, err, want)
				if most := uint64(come + 1<<20); got > most {
					t.Errorf("%v, %s: %d bytes allocated for %d bytes of data, want at most %d", dims, form, got, come, most)
				}
			}
		}
	}
}

func FuzzReadIDX(f *testing.F) {
	small := idxBytes(f, Uint8, []uint32{2, 3}, []byte{1, 2, 3, 4, 5, 6})
	f.Add(small)
	f.Add(gzipped(f, small))
	f.Add(small[:14])
	f.Add(gzipped(f, small)[:20])
	f.Add(append(gzipped(f, small), 0))
	f.Add(idxBytes(f, Int8, []uint32{3}, []int8{-1, 0, 1}))
	f.Add(idxBytes(f, Int16, []uint32{1, 1, 2}, []int16{-1, 1}))
	f.Add(idxBytes(f, Int32, []uint32{1, 1, 1, 2}, []int32{-1, 1}))
	f.Add(idxBytes(f, Float32, []uint32{2}, []float32{float32(math.NaN()), 1}))
	f.Add(idxBytes(f, Float64, []uint32{2}, []float64{math.Inf(1), 1e300}))
	f.Add(idxBytes(f, Uint8, []uint32{1 << 31, 1 << 9}, []byte{1}))
	f.Add(idxBytes(f, Uint8, []uint32{math.MaxUint32, math.MaxUint32, math.MaxUint32, math.MaxUint32}, []byte{1}))
	f.Add(idxBytes(f, Uint8, []uint32{0, math.MaxUint32}, []byte{}))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := ReadIDX(bytes.NewReader(data))
		if err != nil {
			wantFormat(t, err, nil)
			return
		}
		n, size := 1, x.Type.size()
		for _, d := range x.Dims {
			n *= d
		}
		if n != len(x.Data) {
			t.Errorf("%d elements for dimensions %v", len(x.Data), x.Dims)
		}
		if zipped := data[0] == 0x1f; !zipped && len(data) != 4+4*len(x.Dims)+n*size {
			t.Errorf("%d bytes read as %d elements of %v", len(data), n, x.Type)
		}
	})
}

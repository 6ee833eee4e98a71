package nn

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// file builds a safetensors file of a header and as many bytes of data.
func file(header string, data int) []byte {
	f := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(f, header...), make([]byte, data)...)
}

const goodHeader = `{"layers.0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},` +
	`"layers.0.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},` +
	`"__metadata__":{"neurona":"{\"format\":1,\"inputs\":2,\"layers\":[{\"kind\":\"dense\",\"out\":1}]}"}}`

// entries is a header of the given entries, without metadata.
func entries(list ...string) string { return "{" + strings.Join(list, ",") + "}" }

const (
	weightEntry = `"layers.0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}`
	biasEntry   = `"layers.0.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}`
)

func TestHostileFiles(t *testing.T) {
	huge := file("{}", 0)
	binary.LittleEndian.PutUint64(huge, 1<<62)
	claimed := file(goodHeader, 12)
	binary.LittleEndian.PutUint64(claimed, maxHeader)
	deep := `{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`
	tests := []struct {
		name string
		file []byte
		want string // part of the message
	}{
		{"empty", nil, "the file ends in the length of the header"},
		{"half a length", []byte{1, 2, 3}, "the file ends in the length of the header"},
		{"a header of 2^62 bytes", huge, "the header is 4611686018427387904 bytes long, more than the format's limit of 100000000"},
		{"a header that does not come", claimed, "the file ends in the header"},
		{"an empty header", file("", 0), "not valid JSON"},
		{"no JSON", file("#!/bin/sh", 0), "not valid JSON"},
		{"not UTF-8", file("{\"\xff\":{}}", 0), "not valid UTF-8"},
		{"an array", file("[]", 0), "has [, want {"},
		{"a number", file("7", 0), "has 7, want {"},
		{"half an object", file(`{"a":`, 0), "not valid JSON"},
		{"text after the object", file("{} {}", 0), "goes on after its JSON object"},
		{"deep", file(deep, 0), "has [, want {"},
		{"deep shape", file(entries(`"a":{"dtype":"F32","shape":`+strings.Repeat("[", 20_000)), 0), "has [, want an integer"},
		{"a tensor twice", file(entries(weightEntry, weightEntry), 8), `"layers.0.weight": appears twice`},
		{"metadata twice", file(`{"__metadata__":{},"__metadata__":{}}`, 0), `"__metadata__": appears twice`},
		{"a metadata key twice", file(`{"__metadata__":{"a":"1","a":"2"}}`, 0), `key "a" appears twice`},
		{"metadata that are no strings", file(`{"__metadata__":{"a":1}}`, 0), "has 1, want a string"},
		{"a field twice", file(entries(`"a":{"dtype":"F32","dtype":"F32"}`), 0), "dtype appears twice"},
		{"an unknown field", file(entries(`"a":{"dtype":"F32","Shape":[1]}`), 0), `unknown field "Shape"`},
		{"no type", file(entries(`"a":{"shape":[1],"data_offsets":[0,4]}`), 4), "dtype is missing"},
		{"no shape", file(entries(`"a":{"dtype":"F32","data_offsets":[0,4]}`), 4), "shape is missing"},
		{"no offsets", file(entries(`"a":{"dtype":"F32","shape":[1]}`), 4), "data_offsets is missing"},
		{"an unknown type", file(entries(`"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}`), 4), `unknown type "F33"`},
		{"a type that is no string", file(entries(`"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}`), 4), "want a string"},
		{"a negative dimension", file(entries(`"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}`), 4), "has -1, want an integer"},
		{"a fraction", file(entries(`"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}`), 4), "has 1.0, want an integer"},
		{"a string for a number", file(entries(`"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}`), 4), "has 1, want an integer"},
		{"a dimension of 2^64", file(entries(`"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}`), 4), "want an integer"},
		{"a product that overflows", file(entries(fmt.Sprintf(`"a":{"dtype":"F32","shape":[%d,4],"data_offsets":[0,0]}`, math.MaxInt/2+1)), 0), "is too large"},
		{"one offset", file(entries(`"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}`), 4), "want a start and an end"},
		{"offsets backwards", file(entries(`"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}`), 4), "want a start and an end"},
		{"offsets of another size", file(entries(`"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}`), 4), "hold 4 bytes, shape [2] of F32 takes 8"},
		{"a gap at the start", file(entries(`"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}`), 8), `"a": starts at offset 4, want 0`},
		{"a gap", file(entries(weightEntry, `"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}`), 16), `"b": starts at offset 12, want 8`},
		{"an overlap", file(entries(weightEntry, `"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}`), 8), `"b": starts at offset 4, want 8`},
		{"the same offsets", file(entries(weightEntry, `"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}`), 8), "starts at offset 0, want 8"},
		{"no data", file(goodHeader, 0), `the file ends in tensor "layers.0.weight"`},
		{"data cut off", file(goodHeader, 11), `the file ends in tensor "layers.0.bias"`},
		{"data too long", file(goodHeader, 13), "bytes after the last tensor"},
	}
	net := twoInputNetwork(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := LoadInto(net, bytes.NewReader(test.file))
			var fe *FormatError
			if !errors.As(err, &fe) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want a *FormatError with %q", err, test.want)
			}
			if _, _, err := Load(bytes.NewReader(test.file)); err == nil {
				t.Error("Load takes it")
			}
		})
	}
	if w, b, err := net.Weights(0); err != nil || w.Data[0] != 3 || w.Data[1] != 4 || b[0] != 5 {
		t.Errorf("the network has changed: %v, %v, %v", w, b, err)
	}
}

// twoInputNetwork is a network of one neuron with weights 3 and 4 and bias 5.
func twoInputNetwork(t *testing.T) *Network {
	t.Helper()
	net, err := New(tensor.Shape{2}, layer.Stack(layer.Dense(1)), Backend(openBackend(t, "gonum")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	if err := net.SetWeights(0, tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{3, 4}}, []float32{5}); err != nil {
		t.Fatal(err)
	}
	return net
}

func TestMismatches(t *testing.T) {
	tests := []struct {
		name, tensor string
		file         []byte
		want         string
	}{
		{"a missing tensor", "layers.0.bias", file(entries(weightEntry), 8), "the file has no such tensor, the network one of shape [1]"},
		{"a tensor too many", "b", file(entries(weightEntry, biasEntry, `"b":{"dtype":"F32","shape":[3],"data_offsets":[12,24]}`), 24), "the file has one of shape [3], the network no such tensor"},
		{"another shape", "layers.0.weight", file(entries(`"layers.0.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}`, biasEntry), 12), "the file has shape [2 1], the network [1 2]"},
		{"another rank", "layers.0.weight", file(entries(`"layers.0.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}`, biasEntry), 12), "the file has shape [2], the network [1 2]"},
		{"another type", "layers.0.weight", file(entries(`"layers.0.weight":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]}`, `"layers.0.bias":{"dtype":"F32","shape":[1],"data_offsets":[16,20]}`), 20), "the file has elements of type F64, the network F32"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := LoadInto(twoInputNetwork(t), bytes.NewReader(test.file))
			var me *MismatchError
			if !errors.As(err, &me) || me.Tensor != test.tensor || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want a *MismatchError about %s with %q", err, test.tensor, test.want)
			}
		})
	}
}

// A short file whose header claims 1 GiB, nearly what a Dense may have, must not make the reader ask for them.
func TestClaimsAreNotAllocated(t *testing.T) {
	const width = 1<<14 - 64
	architecture := fmt.Sprintf(`{"format":1,"inputs":%d,"layers":[{"kind":"dense","out":%d}]}`, width, width)
	text, err := json.Marshal(architecture)
	if err != nil {
		t.Fatal(err)
	}
	header := entries(
		fmt.Sprintf(`"layers.0.weight":{"dtype":"F32","shape":[%d,%d],"data_offsets":[0,%d]}`, width, width, 4*width*width),
		fmt.Sprintf(`"layers.0.bias":{"dtype":"F32","shape":[%d],"data_offsets":[%d,%d]}`, width, 4*width*width, 4*width*width+4*width),
		`"__metadata__":{"neurona":`+string(text)+`}`)
	lying := file(header, 100_000)

	long := file("{}", 0)
	binary.LittleEndian.PutUint64(long, maxHeader)

	for name, f := range map[string][]byte{"tensor": lying, "header": long} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := Load(bytes.NewReader(f))
		runtime.ReadMemStats(&after)
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: error is %v, want io.ErrUnexpectedEOF", name, err)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
			t.Errorf("%s: a file of %d bytes took %d bytes of memory", name, len(f), got)
		}
	}
}

// The layout of a file, byte by byte, as the reference implementation reads
// and writes it.
func TestFileLayout(t *testing.T) {
	var buf bytes.Buffer
	if err := twoInputNetwork(t).Save(&buf, map[string]string{"note": "ñ <&>"}); err != nil {
		t.Fatal(err)
	}
	f := buf.Bytes()
	n := binary.LittleEndian.Uint64(f)
	if n%8 != 0 {
		t.Errorf("the header is %d bytes long, want a multiple of 8", n)
	}
	header, data := f[8:8+n], f[8+n:]
	if header[0] != '{' || strings.TrimRight(string(header), " ")[len(strings.TrimRight(string(header), " "))-1] != '}' {
		t.Errorf("the header is %q, want an object padded with spaces", header)
	}
	var parsed map[string]json.RawMessage
	if err := json.Unmarshal(header, &parsed); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"layers.0.weight": `{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}`,
		"layers.0.bias":   `{"dtype":"F32","shape":[1],"data_offsets":[8,12]}`,
	} {
		if string(parsed[key]) != want {
			t.Errorf("%s is %s, want %s", key, parsed[key], want)
		}
	}
	var metadata map[string]string
	if err := json.Unmarshal(parsed["__metadata__"], &metadata); err != nil {
		t.Fatal(err)
	}
	if got, want := metadata["neurona"], `{"format":2,"shape":[2],"layer":"stack(dense(1))"}`; got != want {
		t.Errorf("the architecture is %s, want %s", got, want)
	}
	if metadata["note"] != "ñ <&>" || len(metadata) != 2 || len(parsed) != 3 {
		t.Errorf("the metadata are %q among %d entries", metadata, len(parsed))
	}
	want := []byte{0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40, 0, 0, 0xa0, 0x40} // 3, 4, 5
	if !bytes.Equal(data, want) {
		t.Errorf("the data are % x, want % x", data, want)
	}
}

// Tensors of several chunks, and elements that are not numbers, go through
// unchanged.
func TestTensorsRoundTrip(t *testing.T) {
	long := make([]float32, chunkBytes/4*2+3)
	for i := range long {
		long[i] = float32(i) - 7.5
	}
	special := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Copysign(0, -1)), math.SmallestNonzeroFloat32}
	tensors := []fileTensor{
		{name: "long", shape: []int{len(long)}, data: long},
		{name: "none", shape: []int{3, 0}},
		{name: "special", shape: []int{2, 2}, data: special},
		{name: `quotes " and ñ`, shape: []int{}, data: []float32{1}},
	}
	var buf bytes.Buffer
	if err := writeTensors(&buf, nil, tensors); err != nil {
		t.Fatal(err)
	}
	f, err := openTensors(hesitantReader{&buf})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]fileTensor, len(tensors))
	for i, want := range tensors {
		got[i] = fileTensor{name: want.name, shape: want.shape}
	}
	if err := f.read(got); err != nil {
		t.Fatal(err)
	}
	for i, want := range tensors {
		if len(got[i].data) != len(want.data) {
			t.Fatalf("%s has %d elements, want %d", want.name, len(got[i].data), len(want.data))
		}
		for j, v := range want.data {
			if math.Float32bits(got[i].data[j]) != math.Float32bits(v) {
				t.Fatalf("%s: element %d is %v, want %v", want.name, j, got[i].data[j], v)
			}
		}
	}
}

// hesitantReader reads at most 1000 bytes at a time.
type hesitantReader struct{ r io.Reader }

func (r hesitantReader) Read(p []byte) (int, error) { return r.r.Read(p[:min(len(p), 1000)]) }

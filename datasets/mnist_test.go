package datasets

import (
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mnistFiles returns a tiny MNIST: 4 and 3 images of 2x3 pixels.
func mnistFiles(t testing.TB) map[string][]byte {
	t.Helper()
	pixels := make([]byte, 24)
	for i := range pixels {
		pixels[i] = byte(i * 11)
	}
	return map[string][]byte{
		"train-images-idx3-ubyte": idxBytes(t, Uint8, []uint32{4, 2, 3}, pixels),
		"train-labels-idx1-ubyte": idxBytes(t, Uint8, []uint32{4}, []byte{3, 0, 9, 3}),
		"t10k-images-idx3-ubyte":  idxBytes(t, Uint8, []uint32{3, 2, 3}, pixels[:18]),
		"t10k-labels-idx1-ubyte":  idxBytes(t, Uint8, []uint32{3}, []byte{1, 2, 5}),
	}
}

// writeMNIST writes the files to a new folder and returns it.
func writeMNIST(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoadMNIST(t *testing.T) {
	t.Parallel()
	plain := mnistFiles(t)
	zipped, misnamed := make(map[string][]byte), make(map[string][]byte)
	for name, data := range plain {
		zipped[name+".gz"] = gzipped(t, data)
		misnamed[name] = gzipped(t, data) // compressed, though the name does not say so
	}
	nested := t.TempDir()
	if err := os.Rename(writeMNIST(t, zipped), filepath.Join(nested, "mnist")); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"plain": writeMNIST(t, plain), "gzip": writeMNIST(t, zipped), "misnamed": writeMNIST(t, misnamed), "nested": nested,
	} {
		t.Run(name, func(t *testing.T) {
			train, test, err := LoadMNIST(dir)
			mustValid(t, train, err)
			mustValid(t, test, err)
			if train.Rows != 4 || test.Rows != 3 || train.Features != 6 || train.Classes != 10 {
				t.Errorf("got %d and %d rows, %d features, %d classes", train.Rows, test.Rows, train.Features, train.Classes)
			}
			if !slices.Equal(train.Shape, []int{2, 3}) {
				t.Errorf("shape is %v", train.Shape)
			}
			if !slices.Equal(train.Labels, []int{3, 0, 9, 3}) || !slices.Equal(test.Labels, []int{1, 2, 5}) {
				t.Errorf("labels are %v and %v", train.Labels, test.Labels)
			}
			for i, v := range train.X {
				if want := float32(i*11) / 255; v != want {
					t.Errorf("pixel %d is %v, want %v", i, v, want)
				}
			}
			if !slices.Equal(test.X, train.X[:18]) {
				t.Errorf("test pixels are %v", test.X)
			}
		})
	}
}

func TestLoadMNISTBadFiles(t *testing.T) {
	t.Parallel()
	const images, labels = "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
	for _, tt := range []struct {
		name, file string
		data       []byte
		target     error
		parts      []string
	}{
		{"label above 9", labels, idxBytes(t, Uint8, []uint32{3}, []byte{1, 10, 5}), ErrLabel,
			[]string{"byte 9", "row 1 is 10", "want 0 to 9"}},
		{"fewer labels", labels, idxBytes(t, Uint8, []uint32{2}, []byte{1, 2}), ErrMismatch,
			[]string{"2 labels, want 3", "t10k-images-idx3-ubyte"}},
		{"labels with two dimensions", labels, idxBytes(t, Uint8, []uint32{3, 1}, []byte{1, 2, 5}), ErrHeader,
			[]string{"3x1", "want one dimension"}},
		{"labels of int16", labels, idxBytes(t, Int16, []uint32{3}, []int16{1, 2, 5}), ErrHeader, []string{"int16"}},
		{"images with one dimension", images, idxBytes(t, Uint8, []uint32{4}, make([]byte, 4)), ErrHeader,
			[]string{"want images x height x width"}},
		{"no images", images, idxBytes(t, Uint8, []uint32{0, 2, 3}, []byte{}), ErrHeader, []string{"0x2x3"}},
		{"empty images", images, idxBytes(t, Uint8, []uint32{4, 0, 3}, []byte{}), ErrHeader, []string{"4x0x3"}},
		{"other size", images, idxBytes(t, Uint8, []uint32{4, 3, 2}, make([]byte, 24)), ErrMismatch, []string{"2x3", "3x2"}},
		{"truncated", images, idxBytes(t, Uint8, []uint32{4, 2, 3}, make([]byte, 23)), ErrTruncated, []string{"byte 39", "4x2x3"}},
		{"gzip damage", images, gzipped(t, mnistFiles(t)[images])[:20], ErrTruncated, nil},
		{"text", labels, []byte("<html>not found</html>"), ErrHeader, []string{"3c 68 74 6d"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := mnistFiles(t)
			files[tt.file] = tt.data
			dir := writeMNIST(t, files)
			_, _, err := LoadMNIST(dir)
			format := wantFormat(t, err, tt.target, tt.parts...)
			if format.File != dir && format.File != filepath.Join(dir, tt.file) {
				t.Errorf("the error names %q, want %s", format.File, tt.file)
			}
		})
	}
}

// Whatever the headers of images and labels promise, pixels take memory only as they come,
// and none before there are labels.
func TestLoadMNISTHostileHeaderAllocatesLittle(t *testing.T) {
	const come = 8 << 20
	rows := uint32(min(4<<20, hugeRows))
	dims := []uint32{rows, 16, 32}
	for _, tt := range []struct {
		name          string
		labels, there uint32
		target        error
		beside        uint64
	}{
		{"fewer labels", 4, 4, ErrMismatch, 1 << 20},
		{"labels promised", rows, 4, ErrTruncated, 1 << 20},
		{"labels there", rows, rows, ErrTruncated, come + 2<<20},
	} {
		files := mnistFiles(t)
		files["train-images-idx3-ubyte"] = idxBytes(t, Uint8, dims, make([]byte, come))
		files["train-labels-idx1-ubyte"] = idxBytes(t, Uint8, []uint32{tt.labels}, make([]byte, tt.there))
		zipped := make(map[string][]byte)
		for name, data := range files {
			zipped[name+".gz"] = gzipped(t, data)
		}
		for form, files := range map[string]map[string][]byte{"plain": files, "gzip": zipped} {
			dir := writeMNIST(t, files)
			var err error
			got := allocated(func() { _, _, err = LoadMNIST(dir) })
			wantFormat(t, err, tt.target)
			// A label is a byte, a float32 and an int on its way.
			if most := tt.beside + 13*uint64(tt.there); got > most {
				t.Errorf("%s, %s: %d bytes allocated, want at most %d", tt.name, form, got, most)
			}
		}
	}
}

func TestLoadMNISTMissing(t *testing.T) {
	t.Parallel()
	if _, _, err := LoadMNIST(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("empty folder: got %v", err)
	}
	for name := range mnistFiles(t) {
		files := mnistFiles(t)
		delete(files, name)
		if _, _, err := LoadMNIST(writeMNIST(t, files)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("without %s: got %v", name, err)
		}
	}
	_, _, err := LoadMNIST("")
	wantArgument(t, err, "dir")
}

// TestLoadMNISTUnreadable: what keeps a folder from being looked into is said, and not that nothing is in it.
func TestLoadMNISTUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.WriteFile(in("file"), nil, 0o600), os.Mkdir(in("holds"), 0o700), os.WriteFile(in("holds/mnist"), nil, 0o600), os.Mkdir(in("closed"), 0)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir, want string
		missing   bool // it is that there is nothing
	}{
		{in("none"), "no MNIST files: the folder " + in("none") + ": ", true},
		{dir, "no MNIST files: looked for train-images-idx3-ubyte[.gz] in " + dir + " and ", true},
		{in("file"), "MNIST files cannot be looked for in " + in("file") + ": ", false},
		{in("holds"), "MNIST files cannot be looked for in " + in("holds/mnist") + ": ", false},
		{in("closed"), "MNIST files cannot be looked for in " + in("closed") + ": permission denied", false},
	} {
		_, err1 := os.Stat(filepath.Join(c.dir, "x"))
		_, err2 := os.Stat(filepath.Join(c.dir, "mnist", "x"))
		if !c.missing && errors.Is(err1, fs.ErrNotExist) && errors.Is(err2, fs.ErrNotExist) {
			continue // root looks everywhere, and some systems say no more
		}
		if _, _, err := LoadMNIST(c.dir); err == nil || !strings.HasPrefix(err.Error(), c.want) || errors.Is(err, fs.ErrNotExist) != c.missing {
			t.Errorf("%s: got %v, want %q", c.dir, err, c.want)
		}
	}
}

// dataDir returns the folder that holds mnist/, or skips.
func dataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("NEURONA_DATA")
	if dir == "" {
		t.Skip("NEURONA_DATA is not set: it names the folder that holds mnist/")
	}
	return dir
}

func TestRealMNIST(t *testing.T) {
	t.Parallel()
	train, test, err := LoadMNIST(dataDir(t))
	mustValid(t, train, err)
	mustValid(t, test, err)
	if train.Rows != 60000 || test.Rows != 10000 || !slices.Equal(train.Shape, []int{28, 28}) {
		t.Errorf("got %d and %d rows of %v", train.Rows, test.Rows, train.Shape)
	}
	// The published set begins so, and its pixels have this well-known mean
	// and standard deviation.
	if got := train.Labels[:8]; !slices.Equal(got, []int{5, 0, 4, 1, 9, 2, 1, 3}) {
		t.Errorf("training labels begin %v", got)
	}
	if got := test.Labels[:8]; !slices.Equal(got, []int{7, 2, 1, 0, 4, 1, 4, 9}) {
		t.Errorf("test labels begin %v", got)
	}
	sum, squares := 0.0, 0.0
	for _, v := range train.X {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	mean := sum / float64(len(train.X))
	if variance := squares/float64(len(train.X)) - mean*mean; !near(mean, .1307, 5e-5) || !near(variance, .3081*.3081, 5e-5) {
		t.Errorf("pixels have mean %v and variance %v", mean, variance)
	}
}

// BenchmarkLoadMNIST reads MNIST into float32; BenchmarkGunzipMNIST is its roof,
// decompressing the same files one after the other and throwing the bytes away.
func BenchmarkLoadMNIST(b *testing.B) {
	dir := dataDir(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := LoadMNIST(dir); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGunzipMNIST(b *testing.B) {
	paths, err := filepath.Glob(filepath.Join(dataDir(b), "mnist", "*-ubyte.gz"))
	if err != nil || len(paths) != 4 {
		b.Fatal(paths, err)
	}
	gunzip := func(path string) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		r, err := gzip.NewReader(f)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r)
		return err
	}
	for b.Loop() {
		for _, path := range paths {
			if err := gunzip(path); err != nil {
				b.Fatal(err)
			}
		}
	}
}

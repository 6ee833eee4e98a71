package datasets

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// LoadMNIST reads the four files of MNIST, or of a set published in its form
// (Fashion-MNIST, KMNIST): train-images-idx3-ubyte, train-labels-idx1-ubyte,
// t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each plain or as .gz, in
// dir or in dir/mnist. Pixels are scaled to 0..1; labels are 0 to 9.
//
// If there are no such files the error is fs.ErrNotExist and says where they
// were looked for; a folder that cannot be looked into is the error of the system.
// Damaged files are *FormatErrors (see [ReadIDX]). Files that disagree in rows or
// image size are ErrMismatch.
func LoadMNIST(dir string) (train, test *Set, err error) {
	dir, err = findMNIST(dir)
	if err != nil {
		return nil, nil, err
	}
	// The files are independent and decompressing them takes nearly all the
	// time, so the parts are read side by side.
	var trainErr, testErr error
	var both sync.WaitGroup
	both.Go(func() { train, trainErr = loadMNISTPart(dir, "train") })
	both.Go(func() { test, testErr = loadMNISTPart(dir, "t10k") })
	both.Wait()
	if err := cmp.Or(trainErr, testErr); err != nil {
		return nil, nil, err
	}
	if train.Shape[0] != test.Shape[0] || train.Shape[1] != test.Shape[1] {
		return nil, nil, &FormatError{File: dir,
			Err: fmt.Errorf("%w: test images are %s, want %s as the training images",
				ErrMismatch, dims(test.Shape), dims(train.Shape))}
	}
	return train, test, nil
}

// findMNIST returns the folder, of dir and dir/mnist, that holds the files.
func findMNIST(dir string) (string, error) {
	if dir == "" {
		return "", &ArgumentError{"LoadMNIST", "dir", `""`, "the folder that holds mnist/"}
	}
	folders := []string{dir, filepath.Join(dir, "mnist")}
	var unread error
	for _, folder := range folders {
		_, err := mnistFile(folder, "train-images-idx3-ubyte")
		if err == nil {
			return folder, nil
		}
		if unread == nil && !errors.Is(err, fs.ErrNotExist) {
			unread = fmt.Errorf("MNIST files cannot be looked for in %s: %w", folder, withoutPath(err))
		}
	}
	if unread != nil {
		return "", unread
	}
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("no MNIST files: the folder %s: %w", dir, withoutPath(err))
	}
	return "", fmt.Errorf("no MNIST files: looked for train-images-idx3-ubyte[.gz] in %s and %s: %w",
		folders[0], folders[1], fs.ErrNotExist)
}

// withoutPath is what the system says of a file, without the path, which is said already.
func withoutPath(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

// mnistFile returns the path of a file that is there, plain or as .gz.
func mnistFile(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	_, err := os.Stat(path)
	if err == nil {
		return path, nil
	}
	if _, zipErr := os.Stat(path + ".gz"); zipErr == nil {
		return path + ".gz", nil
	}
	return "", err
}

// loadMNISTPart reads the images and labels of one part, "train" or "t10k". Pixels come
// last: by then there is a label for each image.
func loadMNISTPart(dir, part string) (*Set, error) {
	images, imagesFile, err := openIDX(dir, part+"-images-idx3-ubyte")
	if err != nil {
		return nil, err
	}
	defer imagesFile.Close()
	labels, labelsFile, err := openIDX(dir, part+"-labels-idx1-ubyte")
	if err != nil {
		return nil, err
	}
	defer labelsFile.Close()
	if err := checkMNISTHeaders(images, labels); err != nil {
		return nil, err
	}
	shape := images.x.Dims[1:]
	s := &Set{
		Name: "mnist", Rows: images.x.Dims[0], Features: shape[0] * shape[1], Shape: shape,
		Classes: 10, ClassNames: digitNames(),
	}
	y, err := labels.data(1)
	if err != nil {
		return nil, err
	}
	s.Labels = make([]int, s.Rows)
	for i, v := range y.Data {
		if v > 9 {
			const header = 8 // magic number and one dimension
			return nil, &FormatError{File: labels.file, Offset: header + int64(i),
				Err: fmt.Errorf("%w: row %d is %v, want 0 to 9", ErrLabel, i, v)}
		}
		s.Labels[i] = int(v)
	}
	x, err := images.data(255)
	if err != nil {
		return nil, err
	}
	s.X = x.Data
	return s, nil
}

// checkMNISTHeaders checks that there are images, and as many labels.
func checkMNISTHeaders(images, labels *idxDecoder) error {
	x, y := images.x, labels.x
	switch {
	case len(x.Dims) != 3 || x.Type != Uint8 || images.total == 0:
		return &FormatError{File: images.file,
			Err: fmt.Errorf("%w: %s elements of type %v, want images x height x width (none 0) of type %v",
				ErrHeader, dims(x.Dims), x.Type, Uint8)}
	case len(y.Dims) != 1 || y.Type != Uint8:
		return &FormatError{File: labels.file,
			Err: fmt.Errorf("%w: %s elements of type %v, want one dimension of type %v",
				ErrHeader, dims(y.Dims), y.Type, Uint8)}
	case y.Dims[0] != x.Dims[0]:
		return &FormatError{File: labels.file,
			Err: fmt.Errorf("%w: %d labels, want %d, one for each image of %s",
				ErrMismatch, y.Dims[0], x.Dims[0], filepath.Base(images.file))}
	}
	return nil
}

// openIDX opens the named file of dir, plain or as .gz, and reads its header.
func openIDX(dir, name string) (*idxDecoder, io.Closer, error) {
	path, err := mnistFile(dir, name)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	d, err := newIDXDecoder(f, path)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return d, f, nil
}

// digitNames returns the class names "0" to "9".
func digitNames() []string {
	return []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
}

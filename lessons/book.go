package lessons

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/neurona-ml/neurona/internal/figure"
	"github.com/neurona-ml/neurona/internal/output"
	"github.com/neurona-ml/neurona/internal/page"
)

// contents is the file in which a book's folder begins.
const contents = "index.html"

// book is all lessons as a small site: a folder for each language, with a page for each lesson and one of contents.
type book struct{ lessons []*Lesson }

// WriteBook trains what all lessons are about, and writes them into a folder, which is made if it is not there. The site begins at
// its index.html. Pages of an earlier book are replaced; a file of that name that is none is an error, before anything is written.
func WriteBook(ctx context.Context, folder string) error {
	var places []string
	for _, language := range Languages() {
		if err := os.MkdirAll(filepath.Join(folder, language), 0o777); err != nil {
			return err
		}
		for _, t := range Topics() {
			places = append(places, filepath.Join(folder, language, pageOf(t.Name)))
		}
		places = append(places, filepath.Join(folder, language, contents))
	}
	places = append(places, filepath.Join(folder, contents))
	for _, path := range places { // before there is work to lose
		if _, err := output.Find(path); err != nil {
			return err
		}
		if err := ownPage(path); err != nil {
			return err
		}
	}
	b := &book{}
	for _, t := range Topics() {
		l, err := t.make(ctx)
		if err != nil {
			return err
		}
		b.lessons = append(b.lessons, l)
	}
	return b.write(folder)
}

func (b *book) write(folder string) error {
	for _, language := range Languages() {
		for i := range b.lessons {
			path := filepath.Join(folder, language, pageOf(b.lessons[i].Topic.Name))
			if err := output.Write(path, func(w io.Writer) error { return b.writeLesson(w, language, i) }); err != nil {
				return err
			}
		}
		path := filepath.Join(folder, language, contents)
		if err := output.Write(path, func(w io.Writer) error { return b.writeContents(w, language, "") }); err != nil {
			return err
		}
	}
	// Who opens the folder is met by the contents, and finds the other languages there.
	return output.Write(filepath.Join(folder, contents), func(w io.Writer) error { return b.writeContents(w, English, English+"/") })
}

// ownPage refuses a file that is there and is none that a book has written: those say so in their first lines.
func ownPage(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	start := make([]byte, 2048)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if !bytes.Contains(start[:n], []byte(`name="generator" content="neurona"`)) {
		return fmt.Errorf("%s is no page of a book, and stays as it is: want a folder of its own", path)
	}
	return nil
}

// pageOf is the file of a lesson.
func pageOf(topic string) string { return topic + ".html" }

// bookTitle is what the site is called.
func bookTitle(language string) string {
	return tongue(language).say("Neural networks, from one neuron on", "Redes neuronales, desde una sola neurona")
}

// bookLink is where a link of a text leads, from a page of the same folder.
func bookLink(destination string) (string, error) {
	if topic, ok := linked(destination); ok {
		return pageOf(topic), nil
	}
	return destination, nil
}

// translations lead from a page to the same in other languages, whose folders stand in up.
func translations(language, up, file string) ([]page.Translation, error) {
	var list []page.Translation
	for _, other := range Languages() {
		if other == language {
			continue
		}
		labels, err := page.LabelsIn(other)
		if err != nil {
			return nil, err
		}
		list = append(list, page.Translation{Labels: labels, Href: up + other + "/" + file})
	}
	return list, nil
}

func (b *book) writeLesson(w io.Writer, language string, i int) error {
	l := b.lessons[i]
	s, labels, err := l.in(language)
	if err != nil {
		return err
	}
	others, err := translations(language, "../", pageOf(l.Topic.Name))
	if err != nil {
		return err
	}
	how := s.html(labels)
	how.Link = bookLink
	frame := page.Frame{Book: bookTitle(language), Description: l.Topic.About(language), Footer: Credit(language), Style: figure.CSS(),
		Contents: &page.Link{Href: contents, Title: bookTitle(language)}, Translations: others}
	at := func(i int) *page.Link {
		if i < 0 || i >= len(b.lessons) {
			return nil
		}
		return &page.Link{Href: pageOf(b.lessons[i].Topic.Name), Title: b.lessons[i].Topic.Title(language)}
	}
	frame.Previous, frame.Next = at(i-1), at(i+1)
	return s.document.WritePage(w, how, frame)
}

// entry is a lesson in the contents.
type entry struct{ Name, Title, About string }

// writeContents writes the list of all lessons, which stand in the folder in from where it is read.
func (b *book) writeContents(w io.Writer, language, in string) error {
	labels, err := page.LabelsIn(language)
	if err != nil {
		return err
	}
	var entries []entry
	for _, l := range b.lessons {
		entries = append(entries, entry{l.Topic.Name, l.Topic.Title(language), l.Topic.About(language)})
	}
	source, err := fill("index", language, entries)
	if err != nil {
		return err
	}
	document, err := page.Parse(source)
	if err != nil {
		return fmt.Errorf("contents, %s: %w", language, err)
	}
	up := "../"
	if in != "" {
		up = ""
	}
	others, err := translations(language, up, contents)
	if err != nil {
		return err
	}
	link := func(destination string) (string, error) {
		href, err := bookLink(destination)
		return in + href, err
	}
	first := &page.Link{Href: in + pageOf(b.lessons[0].Topic.Name), Title: b.lessons[0].Topic.Title(language)}
	return document.WritePage(w, page.HTML{Labels: labels, Link: link}, page.Frame{Book: bookTitle(language), Translations: others, Next: first, Footer: Credit(language)})
}

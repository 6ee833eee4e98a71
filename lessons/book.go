package lessons

import (
	"bytes"
	"context"
	"fmt"
	"io"
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
// its index.html. Pages that are there already are replaced.
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
		if err := output.Write(path, func(w io.Writer) error { return b.writeContents(w, language) }); err != nil {
			return err
		}
	}
	return output.Write(filepath.Join(folder, contents), b.writeEntrance)
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

// translations lead from a page to the same in other languages.
func translations(language, file string) ([]page.Translation, error) {
	var list []page.Translation
	for _, other := range Languages() {
		if other == language {
			continue
		}
		labels, err := page.LabelsIn(other)
		if err != nil {
			return nil, err
		}
		list = append(list, page.Translation{Labels: labels, Href: "../" + other + "/" + file})
	}
	return list, nil
}

func (b *book) writeLesson(w io.Writer, language string, i int) error {
	l := b.lessons[i]
	s, labels, err := l.in(language)
	if err != nil {
		return err
	}
	others, err := translations(language, pageOf(l.Topic.Name))
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

func (b *book) writeContents(w io.Writer, language string) error {
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
	others, err := translations(language, contents)
	if err != nil {
		return err
	}
	first := &page.Link{Href: pageOf(b.lessons[0].Topic.Name), Title: b.lessons[0].Topic.Title(language)}
	return document.WritePage(w, page.HTML{Labels: labels, Link: bookLink}, page.Frame{Book: bookTitle(language), Translations: others, Next: first})
}

// writeEntrance writes the page on which a language is chosen.
func (b *book) writeEntrance(w io.Writer) error {
	labels, err := page.LabelsIn(English)
	if err != nil {
		return err
	}
	var source bytes.Buffer
	source.WriteString("# neurona\n\n")
	for _, language := range Languages() {
		other, err := page.LabelsIn(language)
		if err != nil {
			return err
		}
		fmt.Fprintf(&source, "- [%s: %s](%s/%s)\n", other.Name, bookTitle(language), language, contents)
	}
	document, err := page.Parse(source.Bytes())
	if err != nil {
		return err
	}
	return document.WritePage(w, page.HTML{Labels: labels, Link: func(d string) (string, error) { return d, nil }}, page.Frame{})
}

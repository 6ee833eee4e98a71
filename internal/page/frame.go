package page

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/neurona-ml/neurona/internal/plain"
)

// A Frame is what stands around a document in a page of a book.
type Frame struct {
	Book         string        // after the title in the name of the window; may be empty
	Description  string        // of the page, for who searches; may be empty
	Contents     *Link         // nil on the page that is it
	Previous     *Link         // nil on the first page
	Next         *Link         // nil on the last page
	Translations []Translation // the same page in other languages
	Footer       string        // a line under all; may be empty

	// Style is a style sheet of the figures' own. Where it sets the properties --ink,
	// --muted, --grid and --paper, the page's values, which come after it, are stronger.
	Style string
}

// A Link leads to another page.
type Link struct {
	Href, Title string
	Lang        string // of that page, if it is another one than this page's
}

// attributes are those of the element.
func (l Link) attributes() string {
	text := fmt.Sprintf(`href="%s"`, plain.XML(l.Href))
	if l.Lang != "" {
		text += fmt.Sprintf(` hreflang="%s" lang="%[1]s"`, plain.XML(l.Lang))
	}
	return text
}

// A Translation leads to the same page in another language.
type Translation struct {
	Labels Labels
	Href   string
}

// style is the style of every page.
//
//go:embed style.css
var style string

// WritePage writes a page: one file, without scripts, that gets nothing from elsewhere.
// If there is an error, an [*Error] where a line of the text is its cause, nothing is written.
func (d *Document) WritePage(w io.Writer, how HTML, frame Frame) error {
	if strings.Contains(frame.Style, "<") {
		return errors.New("the style sheet of figures has a < in it")
	}
	h := htmlWriter{how: how, drawn: map[string]bool{}}
	l := how.Labels
	title := d.Title()
	if frame.Book != "" && frame.Book != title {
		title += " – " + frame.Book
	}
	h.printf("<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\"/>\n<title>%s</title>\n", plain.XML(l.Lang), plain.XML(title))
	h.printf("<meta name=\"generator\" content=\"neurona\"/>\n") // tells a program that the page is its own to replace
	h.printf("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n")
	if frame.Description != "" {
		h.printf("<meta name=\"description\" content=\"%s\"/>\n", plain.XML(frame.Description))
	}
	for _, t := range frame.Translations {
		h.printf("<link rel=\"alternate\" hreflang=\"%s\" href=\"%s\"/>\n", plain.XML(t.Labels.Lang), plain.XML(t.Href))
	}
	h.printf("<style>\n%s%s</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">%s</a>\n", frame.Style, style, plain.XML(l.Skip))
	h.header(frame)
	h.printf("<main id=\"content\" tabindex=\"-1\">\n")
	if err := h.blocks(d.blocks); err != nil {
		return err
	}
	h.printf("</main>\n")
	h.footer(frame)
	h.printf("</body>\n</html>\n")
	_, err := h.WriteTo(w)
	return err
}

// header writes what leads to the contents and to other languages.
func (h *htmlWriter) header(frame Frame) {
	if frame.Contents == nil && frame.Book == "" && len(frame.Translations) == 0 {
		return
	}
	h.printf("<header>")
	if frame.Contents != nil {
		h.printf("<a %s>%s</a>", frame.Contents.attributes(), plain.XML(frame.Contents.Title))
	} else {
		h.printf("<span>%s</span>", plain.XML(frame.Book))
	}
	for _, t := range frame.Translations {
		h.printf("<a %s>%s</a>", Link{Href: t.Href, Lang: t.Labels.Lang}.attributes(), plain.XML(t.Labels.Name))
	}
	h.printf("</header>\n")
}

// footer writes what leads to the pages before and after.
func (h *htmlWriter) footer(frame Frame) {
	l := h.how.Labels
	if frame.Previous == nil && frame.Next == nil && frame.Contents == nil && frame.Footer == "" {
		return
	}
	h.printf("<footer>\n")
	if frame.Previous != nil || frame.Next != nil || frame.Contents != nil {
		h.printf("<nav aria-label=\"%s\">\n", plain.XML(l.Pages))
		one := func(to *Link, class, label string) {
			if to == nil {
				return
			}
			lang := ""
			if to.Lang != "" {
				lang = fmt.Sprintf(` lang="%s"`, plain.XML(l.Lang)) // the label is this page's
			}
			h.printf("<a class=\"%s\" %s><span%s>%s</span> %s</a>\n", class, to.attributes(), lang, plain.XML(label), plain.XML(to.Title))
		}
		one(frame.Previous, "previous", l.Previous)
		one(frame.Contents, "contents", l.Contents)
		one(frame.Next, "next", l.Next)
		h.printf("</nav>\n")
	}
	if frame.Footer != "" {
		h.printf("<p>%s</p>\n", plain.XML(frame.Footer))
	}
	h.printf("</footer>\n")
}

// Package page reads a lesson's text and writes it as a page of HTML and for a
// terminal.
//
// The text is Markdown: CommonMark with the tables of GFM, and
//
//	$...$                       a formula in a line, $$...$$ a displayed one, in the LaTeX of internal/formula; \$ is a dollar sign
//	![caption](figure:NAME)     alone in a paragraph: a figure, which the caller draws, with its caption
//	> [!PREDICT]                a block quote that begins so is a callout: a question before seeing;
//	                            EXERCISE, ANSWER, TEACHER and NOTE are the others
//	```go                       code; ```go fragment if it is no whole program; without a language it is what a program prints
//
// The first heading is the title, and the only one of its level. Whatever a page
// cannot show is an [Error] with its line: raw HTML, an image that is no figure, a
// callout that is none of these, headings that skip a level.
//
// [Parse] makes a [Document], whose methods write it: [Document.WritePage] a page
// of one file, without scripts, and [Document.WriteText] lines for a terminal.
package page

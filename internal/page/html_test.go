package page

import (
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func page(t *testing.T, language string, answers bool) string {
	t.Helper()
	other := map[string]string{"en": "es", "es": "en"}[language]
	var b strings.Builder
	err := lesson(t, language).WritePage(&b, HTML{Labels: labels(t, language), Figure: svgOf, Link: lessonLink, Answers: answers}, Frame{
		Book: "neurona & more", Description: `A "page"`, Contents: &Link{Href: "index.html", Title: "neurona"}, Previous: &Link{Href: "a.html", Title: "Before"}, Next: &Link{Href: "c.html", Title: "After <it>"},
		Translations: []Translation{{labels(t, other), "b." + other + ".html"}}, Footer: "Computed.", Style: ":root{--series-a:#0072b2}",
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPage: what every reader, and every reader's program, relies on.
func TestPage(t *testing.T) {
	for _, language := range Languages() {
		text := page(t, language, false)
		body := strings.TrimPrefix(text, "<!DOCTYPE html>\n")
		if body == text {
			t.Error("the page does not say that it is HTML")
		}
		ids := map[string]bool{}
		level, mains := 0, 0
		var refers []string
		for _, e := range wellFormed(t, body) {
			if id := attribute(e, "id"); id != "" {
				if ids[id] {
					t.Errorf("the id %q is there twice", id)
				}
				ids[id] = true
			}
			refers = append(refers, strings.Fields(attribute(e, "aria-labelledby"))...)
			if href, ok := strings.CutPrefix(attribute(e, "href"), "#"); ok {
				refers = append(refers, href)
			}
			switch name := e.Name.Local; {
			case name == "html" && attribute(e, "lang") != language:
				t.Errorf("the page says that it is in %q, want %q", attribute(e, "lang"), language)
			case name == "script" || strings.HasPrefix(attribute(e, "src"), "http") || name == "link" && attribute(e, "rel") != "alternate":
				t.Errorf("the page has a %s", name)
			case name == "main":
				mains++
			case len(name) == 2 && name[0] == 'h' && '1' <= name[1] && name[1] <= '6':
				now := int(name[1] - '0')
				if now > level+1 || level > 0 && now == 1 {
					t.Errorf("a heading of level %d follows one of level %d", now, level)
				}
				level = now
			case attribute(e, "tabindex") == "0" && attribute(e, "aria-label") == "":
				t.Errorf("what scrolls has no name: %v", e)
			}
		}
		if mains != 1 {
			t.Errorf("the page has %d main elements", mains)
		}
		for _, id := range refers {
			if !ids[id] {
				t.Errorf("something refers to %q, which is not there", id)
			}
		}
		if strings.Contains(text, "url(") || strings.Contains(text, "@import") || strings.Contains(text, "\\") {
			t.Error("the page gets something from elsewhere, or has a backslash left")
		}
	}
}

func TestPageContains(t *testing.T) {
	text := page(t, "en", false)
	for _, want := range []string{
		"<title>One neuron – neurona &amp; more</title>",
		`<meta name="generator" content="neurona"/>`,
		`<meta name="description" content="A &quot;page&quot;"/>`,
		`<link rel="alternate" hreflang="es" href="b.es.html"/>`,
		`<a href="b.es.html" hreflang="es" lang="es">Español</a>`,
		`<a class="skip" href="#content">Skip to content</a>`,
		`<a class="previous" href="a.html"><span>Previous</span> Before</a>`,
		`<a class="next" href="c.html"><span>Next</span> After &lt;it&gt;</a>`,
		"--series-a:#0072b2}:root {",
		`<h1 id="one-neuron">One neuron</h1>`,
		"<em>weighs</em>", "<strong>one number</strong>",
		`<section class="callout predict" aria-labelledby="predict-1"><h3 id="predict-1">`,
		"<span>Exercise 1</span>", `<details>` + "\n" + `<summary><h3 id="answer-1">`, "<span>Answer 1</span>",
		`<aside class="callout teacher"`, "<span>For the teacher</span>",
		`<th class="right" scope="col"><math`, `<td class="right">−0.5</td>`, `<td class="long">rather yes</td>`,
		`<div class="scroll" role="group" tabindex="0" aria-label="Table">`,
		`<div class="scroll code" role="group" tabindex="0" aria-label="Code"><pre><code class="language-go">net, err`,
		`<div class="scroll output" role="group" tabindex="0" aria-label="Output"><pre><samp>epoch`,
		`<figure id="figure-sigmoid">` + "\n<svg", "<figcaption><b>Figure 1.</b> The answer of the neuron for every <span class=\"kept\"><math",
		`<a href="network.html">network of one layer</a>`, "$0 for all",
		"<ol>\n<li>Compute", "<ul>\n<li>too high",
		`display="block"`, "<munderover>", "<code>dense(1)</code>", "<blockquote>\n<p>“The brain",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(text, "<?xml") {
		t.Error("a figure brought its declaration with it")
	}
	if !strings.Contains(page(t, "en", true), `<details open="open">`) {
		t.Error("answers that are asked for are not open")
	}
	if text := page(t, "es", false); !strings.Contains(text, "<span>Ejercicio 1</span>") || !strings.Contains(text, "<span>Haz tu predicción</span>") {
		t.Error("the Spanish page has other words")
	}
}

func TestErrorsOfHTML(t *testing.T) {
	const source = "# T\n\na\n[b](lesson:c)\n\n![d](figure:e)\n"
	no := errors.New("no such thing")
	link := func(string) (string, error) { return "x", nil }
	for name, want := range map[string]struct {
		how  HTML
		line int
		text string
	}{
		"a link without a function":   {HTML{}, 4, `"lesson:c" is no address`},
		"a link that is unknown":      {HTML{Link: func(string) (string, error) { return "", no }}, 4, "no such thing"},
		"a link to a program":         {HTML{Link: func(string) (string, error) { return "javascript:alert(1)", nil }}, 4, `"javascript:alert(1)" is no address`},
		"a figure without a function": {HTML{Link: link}, 6, `unknown figure "e"`},
		"a figure that is unknown":    {HTML{Link: link, Figure: func(string) (string, error) { return "", no }}, 6, `figure "e": no such thing`},
		"a figure that is no SVG":     {HTML{Link: link, Figure: func(string) (string, error) { return "PNG", nil }}, 6, "no svg element"},
		"a figure that is broken":     {HTML{Link: link, Figure: drawing("<svg><g></svg>")}, 6, "not well-formed"},
		"a figure and a program":      {HTML{Link: link, Figure: drawing("<svg/><script>x</script>")}, 6, "element script, want one svg"},
		"two figures":                 {HTML{Link: link, Figure: drawing("<svg></svg><svg/>")}, 6, "element svg, want one"},
		"a figure in something else":  {HTML{Link: link, Figure: drawing("<p><svg/></p>")}, 6, "element p, want one svg"},
		"a figure in a comment":       {HTML{Link: link, Figure: drawing("<!-- <svg/> -->")}, 6, "no svg element"},
		"a figure with a text":        {HTML{Link: link, Figure: drawing("<svg/> x")}, 6, "text stands beside"},
		"another kind of figure":      {HTML{Link: link, Figure: drawing("<svgx/>")}, 6, "element svgx"},
		"a figure with another's ids": {HTML{Link: link, Figure: drawing(`<svg id="figure-f-a"/>`)}, 6, `the id "figure-f-a", want all to begin with "figure-e-"`},
		"a figure with an id twice":   {HTML{Link: link, Figure: drawing(`<svg id="figure-e-a"><g id="figure-e-a"/></svg>`)}, 6, `"figure-e-a" is there already`},
	} {
		var b strings.Builder
		err := parsed(t, source).WritePage(&b, want.how, Frame{})
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Line != want.line || !strings.Contains(e.Error(), want.text) {
			t.Errorf("%s: %v, want line %d and %q", name, err, want.line, want.text)
		}
		if b.Len() > 0 {
			t.Errorf("%s: %d bytes were written", name, b.Len())
		}
	}
	for _, address := range []string{"javascript:alert(1)", "figure:x", "data:text/html,x", "JavaScript:x"} {
		if isAddress(address) {
			t.Errorf("%q passes as an address", address)
		}
	}
	if err := parsed(t, "# T\n").WritePage(&strings.Builder{}, HTML{}, Frame{Style: "</style>"}); err == nil {
		t.Error("a style sheet may end itself")
	}
}

// TestLinksToOtherLanguages say so, and the label of one stays in the page's.
func TestLinksToOtherLanguages(t *testing.T) {
	var b strings.Builder
	frame := Frame{Contents: &Link{Href: "../es/", Title: "Índice", Lang: "es"}, Next: &Link{Href: "b.html", Title: "Après", Lang: "fr"}, Previous: &Link{Href: "a.html", Title: "Before"}}
	if err := parsed(t, "# T\n").WritePage(&b, HTML{Labels: labels(t, "en")}, frame); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<header><a href="../es/" hreflang="es" lang="es">Índice</a>`,
		`<a class="contents" href="../es/" hreflang="es" lang="es"><span lang="en">Contents</span> Índice</a>`,
		`<a class="next" href="b.html" hreflang="fr" lang="fr"><span lang="en">Next</span> Après</a>`,
		`<a class="previous" href="a.html"><span>Previous</span> Before</a>`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

// TestLinks: what Link returns is an address, or there is no link.
func TestLinks(t *testing.T) {
	d := parsed(t, "# T\n\n[x](lesson:y)\n")
	for href, want := range map[string]string{
		"": "<p>x</p>", "#a": `<p><a href="#a">x</a></p>`, "../y.html?z#a": `<p><a href="../y.html?z#a">x</a></p>`,
		"https://y.org/": `<p><a href="https://y.org/">x</a></p>`, "mailto:y@z.org": `<p><a href="mailto:y@z.org">x</a></p>`,
		"JavaScript:x": "", " javascript:x": "", "java\nscript:x": "", "data:text/html,x": "", "lesson:y": "",
	} {
		var b strings.Builder
		err := d.WritePage(&b, HTML{Link: func(string) (string, error) { return href, nil }}, Frame{})
		if (err == nil) != (want != "") || !strings.Contains(b.String(), want) {
			t.Errorf("%q: %v, want %q", href, err, want)
		}
	}
}

// TestMinus: a hyphen is a minus sign if a number is behind it and nothing before it, whatever that is.
func TestMinus(t *testing.T) {
	for source, want := range map[string]string{
		"-1 a -2 (-3) b-4 5-6 --7": "−1 a −2 (−3) b-4 5-6 --7",
		"`a`-1 **b**-2 *-3* -4":    "<code>a</code>-1 <strong>b</strong>-2 <em>−3</em> −4",
		"[c](d)-5 e*f -6*-7":       `<a href="d">c</a>-5 e<em>f −6</em>-7`,
		"`a` -8\\\n-9":             "<code>a</code> −8<br/>\n−9",
		"a\n-1":                    "a −1",
	} {
		var b strings.Builder
		if err := parsed(t, "# T\n\n"+source+"\n").WritePage(&b, HTML{}, Frame{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "<p>"+want+"</p>") {
			t.Errorf("%q: no %q in %s", source, want, b.String()[strings.Index(b.String(), "<main"):])
		}
	}
	var b strings.Builder
	if err := parsed(t, "# T\n\n$x$-1, $y$ -2\n").WritePage(&b, HTML{}, Frame{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "</math>-1,") || !strings.Contains(b.String(), "</math> −2") {
		t.Errorf("behind formulas: %s", b.String()[strings.Index(b.String(), "<main"):])
	}
}

// TestFigureAlone: of a file there is the svg element on the page, and nothing else.
func TestFigureAlone(t *testing.T) {
	var b strings.Builder
	how := HTML{Figure: drawing("<?xml version=\"1.0\"?>\n<!-- <svg --><svg id=\"figure-a-b\"><!-- </svg> --></svg>\n<!-- x -->\n")}
	if err := parsed(t, "# T\n\n![c](figure:a)\n").WritePage(&b, how, Frame{}); err != nil {
		t.Fatal(err)
	}
	if want := "<figure id=\"figure-a\">\n<svg id=\"figure-a-b\"><!-- </svg> --></svg>\n<figcaption>"; !strings.Contains(b.String(), want) {
		t.Errorf("no %s in\n%s", want, b.String())
	}
}

// drawing is a function that draws one figure alone.
func drawing(svg string) func(string) (string, error) {
	return func(string) (string, error) { return svg, nil }
}

// TestIDsAreUnique: whatever headings are called, and figures.
func TestIDsAreUnique(t *testing.T) {
	const source = "# Content\n\n## Figure hill\n\n## Figure hill title\n\n## Section figure hill\n\n## Figure\n\n> [!NOTE]\n> x\n\n## Note 1\n\n## Content 2\n\n![c](figure:hill)\n\n![c](figure:valley)\n"
	svg := func(name string) (string, error) {
		return fmt.Sprintf(`<svg><title id="figure-%s-title">a</title></svg>`, name), nil
	}
	var b strings.Builder
	if err := parsed(t, source).WritePage(&b, HTML{Labels: labels(t, "en"), Figure: svg}, Frame{}); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(b.String(), -1) {
		if seen[m[1]] {
			t.Errorf("the id %q is there twice", m[1])
		}
		seen[m[1]] = true
	}
	if len(seen) != 13 {
		t.Errorf("there are %d ids, want 13", len(seen))
	}
	collision := parsed(t, "# T\n\n![c](figure:hill)\n\n![c](figure:hill-title)\n")
	if err := collision.WritePage(&b, HTML{Figure: svg}, Frame{}); err == nil || !strings.Contains(err.Error(), `line 5: figure "hill-title": the id "figure-hill-title" is there already`) {
		t.Errorf("two figures with one id: %v", err)
	}
}

// TestContrast: WCAG 2.2's ratio for text, 4.5, in both themes and in print, on every
// ground that text stands on.
func TestContrast(t *testing.T) {
	themes := regexp.MustCompile(`(?s):root \{.*?\n *\}`).FindAllString(style, -1)
	if len(themes) != 3 {
		t.Fatalf("the style has %d themes, want light, dark and print", len(themes))
	}
	for _, theme := range themes {
		colours := map[string][3]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6});`).FindAllStringSubmatch(theme, -1) {
			for i := range 3 {
				v, err := strconv.ParseUint(m[2][2*i:2*i+2], 16, 8)
				if err != nil {
					t.Fatal(err)
				}
				c := colours[m[1]]
				c[i] = float64(v) / 255
				colours[m[1]] = c
			}
		}
		check := func(text, name string, ground [3]float64) {
			a, b := luminance(colours[text]), luminance(ground)
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); !(ratio >= 4.5) {
				t.Errorf("%s on %s has contrast %.2f in\n%s", text, name, ratio, theme)
			}
		}
		for _, tone := range []string{"predict", "exercise", "answer", "teacher", "note"} {
			tint := [3]float64{}
			for i := range tint {
				tint[i] = 0.08*colours[tone][i] + 0.92*colours["paper"][i]
			}
			for _, text := range []string{"ink", "link", tone} {
				check(text, "the ground of "+tone, tint)
			}
		}
		for _, ground := range []string{"paper", "tint"} {
			for _, text := range []string{"ink", "muted", "link"} {
				check(text, ground, colours[ground])
			}
		}
	}
}

// luminance is WCAG's relative luminance.
func luminance(c [3]float64) float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// TestPrintedAnswers: a sheet of questions has no answers that nobody has opened.
func TestPrintedAnswers(t *testing.T) {
	_, print, _ := strings.Cut(style, "@media print {")
	for _, want := range []string{"details:not([open]) { display: none; }", ".answer:has(> details:not([open])) { display: none; }"} {
		if !strings.Contains(print, want) {
			t.Errorf("in print there is no %s", want)
		}
	}
	if strings.Contains(style, "details-content") {
		t.Error("the style shows what is in answers that are closed")
	}
}

// TestStyleClosesWhatItOpens, which no browser says.
func TestStyleClosesWhatItOpens(t *testing.T) {
	if open, closed := strings.Count(style, "{"), strings.Count(style, "}"); open != closed || open == 0 {
		t.Errorf("the style has %d { and %d }", open, closed)
	}
	for _, name := range regexp.MustCompile(`var\(--([a-z]+)\)`).FindAllStringSubmatch(style, -1) {
		if !strings.Contains(style, fmt.Sprintf("--%s:", name[1])) {
			t.Errorf("the style uses --%s, which it does not set", name[1])
		}
	}
}

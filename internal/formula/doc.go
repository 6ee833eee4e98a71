// Package formula reads a small subset of LaTeX mathematics and writes it as
// MathML, for pages, and as text, for terminals.
//
// The subset is what lessons about neural networks need:
//
//	letters, numbers                  w  3  0.25
//	operators                         + - = < > / \cdot \times \odot \pm \le \ge \ne \approx \to \Rightarrow ...
//	brackets and bars                 ( ) [ ] | \{ \} \lVert \rVert, \left( \right) if they grow with what they hold
//	scripts and primes                w_1  x^2  w_{ij}^{(l)}  f'(z)
//	fractions, roots, accents         \frac{a}{b}  \sqrt{x}  \hat{y}  \bar{x}  \vec{v}  \tilde{w}
//	large operators, functions        \sum_{i=1}^{n}  \prod  \max_i  \exp  \log ...
//	Greek letters, symbols            \eta  \Delta  \partial  \nabla  \infty  \top  \ldots
//	words, upright and bold letters   \text{if }  \mathrm{ReLU}  \mathbf{W}
//	tables                            \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}, bmatrix, aligned, cases
//	spaces                            \,  \;  \quad  ~
//
// [Parse] turns anything else into an [Error] that says where it stands.
package formula

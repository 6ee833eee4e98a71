// Package data is what networks are trained on and judged by: batches of samples with
// what should come out for them, and where batches come from.
//
// A Source is samples, or a way to get them: a Set is one, and FromMemory, FromSeq and Prefetch
// make one. That is all that trainers want:
//
//	history, err := trainer.Fit(ctx, data.Set{X: x, Target: data.Labels(labels)})
//
// For a loop of one's own Open starts an epoch, a Stream. Next takes its batches one after the
// other, until io.EOF:
//
//	source, err := data.FromMemory(x, data.Labels(labels), data.Shuffled(seed))
//	if err != nil { ... }
//	stream, err := data.Prefetch(source, 2).Open(1, 0, 1)
//	if err != nil { ... }
//	defer stream.Close()
//	var b data.Batch // its memory is used again
//	for {
//		err := stream.Next(&b, 128)
//		if err == io.EOF {
//			break
//		}
//		...
//	}
//
// # Where an epoch is
//
// An epoch is a function of the source and of the epoch's number: opened twice, it has the
// same rows in the same order. So a number of rows says where in it training is. Skip goes
// there, and what follows is as if the rows before had been read. Info.Fingerprint tells
// whether the source still has the same samples.
//
// # Ranks
//
// Ranks are programs, or parts of one, that train one network together. Each opens the
// same epoch with its own rank and takes the same batches, and gets its share of each.
// Rows are always counted of the whole batch, over all ranks: Next(&b, 128) on each of two
// ranks is 64 rows for either, and both together have the rows, in their order, that a
// single rank would have. So a run gives the same mathematics on any number of ranks, all
// take the same number of batches, so that none waits for another in vain, every row is
// with exactly one of them, and a position saved by two ranks is one for three.
//
// What is left over makes a short last batch, shared out in the same way: Share. If it has
// fewer rows than there are ranks, some get a batch of no rows, and no error.
//
// # A source of one's own
//
// FromSeq makes a source of a function that yields batches of any size; that is enough
// for most. One that can have its samples in any order is a Shuffler too, one that has them all in
// memory is InMemory. A type that implements Source and Stream has these promises to keep:
//
//   - Open returns the same rows in the same order for the same epoch. It may be called
//     while other streams are open, from other goroutines.
//   - Next fills the batch: in memory that the batch owns, after Reserve; or with a view of
//     memory that nobody writes while the stream is open. So what one batch holds stays
//     while another is filled.
//   - All rows asked for come, but in the last batch: Next fills it up rather than end where
//     a file does. Of these the rank gets what Share says.
//   - After the last row Next returns io.EOF itself, unwrapped. Whatever else ends the
//     stream is an error that does not wrap io.EOF: a file that is cut off is none that ends.
//   - Kinds and columns are those of Info, in every batch.
//   - Errors and io.EOF stay: Next returns them again.
//
// nntest.CheckSource tells in a test whether it does.
//
// Values are not looked at here. NaN, infinities and labels that a loss does not know are
// found by who trains.
package data

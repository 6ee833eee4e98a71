// Package model makes one object, and one file, of a network and the table that has taught it, and answers rows as people have them.
//
//	houses, err := table.Open("houses.csv")
//	m, err := model.Train(ctx, houses, model.Label("price"))
//	err = m.Save("houses.safetensors")
//
//	m, err := model.Load("houses.safetensors")
//	price, err := m.PredictRecord(map[string]any{"area": 81.5, "town": "Cádiz"})
//	fmt.Println(price.Number())
//
// A [Model] has the network, the columns and how they become features, the classes, how numbers are scaled, by which loss was learnt, how
// well it did on rows that it had not seen, and where it comes from. The command neurona is a shell over it: neurona train writes what
// [Train] makes of the same table, to the bit, and neurona predict answers as [Model.Predict] does.
//
// # Training
//
// [Train] finds out what the columns are, keeps a fifth of the rows to test with, and trains what fits most tables: 64 neurons, Adam, 100
// epochs. Options decide otherwise. Who wants to see what was found out, or to train in another way, goes in two steps: [Prepare] divides the
// rows, says what may be wrong, and makes [Examples] of them; and [New] makes a model of its [Task] and any network that has been
// trained for it.
//
// # Answers
//
// Rows come as a table ([Model.Predict]), of a file or of a program's own structs, records and matrices (package table), or one by one
// as a map ([Model.PredictRecord], [Model.Records]). All of these roads give a row the same answer: on the backend native the same bits,
// alone or in any batch, and in any precision. An [Answer] is a class or a number, as the labels of training were; probabilities are
// computed when they are asked for.
//
// What training has not prepared the model for is answered all the same, and reported: levels that it had not, gaps where it had none,
// what is no number, numbers outside of its range.
//
// # Files
//
// A model is a safetensors file: the network's tensors by PyTorch's names, and in the metadata the architecture ("neurona") and, as JSON, all
// else ("task", [MetadataKey]). docs/model-file.md in the repository has every field. Files of all versions before are read, which is
// format 1 to 3; a field that is not known, or another format, is refused. What is written of the data are names and levels of columns,
// classes, ranges and how they are scaled, base names of files and a hash: no path, and no row.
package model

/*
Neurona trains feed-forward neural networks in mini-batches, at the speed of
the machine, and applies what they have learnt.

	neurona train      train a network on built-in data or a CSV file
	neurona inspect    say what the columns of a CSV file would be taken for
	neurona eval       judge a saved model on data with known answers
	neurona predict    apply a saved model to rows of a CSV file
	neurona explain    show how neural networks work, in ten lessons
	neurona parts      list what networks and trainings are made of
	neurona info       say what this machine has and what would be used
	neurona completion write a script that completes flags in a shell

Without a flag, neurona train learns the circle in about a second and draws what
it has learnt. --help after any command lists its flags.

# Output

Standard output has the result: a summary for people, with --json one JSON
object per line, of predict a CSV file. Standard error has errors, a note if
--precision is not to be had or a setting comes to nothing, and a progress bar if it is
a terminal. --quiet leaves out all but errors and notes; --quiet --json leaves the result.
Colours are for terminals, and never if NO_COLOR is set; without a UTF-8 locale
everything is ASCII. Texts of files that would control a terminal, such as names of
classes, are written as escapes, as JSON has them (\u001b), and bytes that are no UTF-8
as \xff: on a terminal, and on standard error always. Files and
pipes get them as they are, but for what would break a line or a column of a summary, and
all of them in the tables of inspect.

# Files that are written

A file is written beside the one that is there and renamed: that one is whole until the
new one is. It keeps its mode and its owner, a new file gets the mode of the umask,
links are followed, and a device, a pipe or - (standard output) is written to as it is. A file
with several names, or whose owner, mode or attributes a new one cannot have, is overwritten
when all of the content is safe beside it.

Whether a place can be written is found out before training, or before anything is
computed. Outputs that are one file, or one that is read, are wrong usage. When
standard output cannot be written to any more, or the terminal goes away, what --save
asks for is still saved. Files called .neurona-….tmp are of a process that was killed, and
go when the same file is written next; one called .neurona-….whole has all that a damaged
file beside it should have.

# Columns

neurona train takes each column of a table for what it looks like; neurona inspect says
what that is, and why. What is wrong with it, flags decide, or a file: inspect --write
writes one, people edit it, and --columns of train and inspect reads it.

	{
	  "version": 1,
	  "labels": ["price"],
	  "task": "regression",
	  "columns": [
	    { "name": "when", "kind": "date", "use": true, "role": "feature", "dates": "dmy" },
	    { "name": "cut", "kind": "category", "use": true, "role": "feature", "order": ["Fair", "Good"] },
	    { "name": "zip", "kind": "code", "use": false, "role": "feature" },
	    { "name": "price", "kind": "number", "use": true, "role": "label", "decimal": ",", "missing": ["?"] }
	  ]
	}

All columns of the table are in it, in any order; of several with one name, nth says which, from 1.
The role is feature, label, weight or group; a feature with "past_future": true is the one to
split by. The kind of a label is category if it has classes, number if it is a quantity.
dates, decimal, order and missing are left to what is found where they are absent; missing
at the top is of all columns, as --na. "why" is for people. A column as it would have been
taken anyway changes nothing: the model is the same. Flags go before the file: what one says
of a column, or who is the label, the weight, or what rows are divided by, and --na of
words. A column whose role a flag has taken is a feature.

# Exit codes

	0    done
	1    failed: a file, the machine, a loss that became NaN
	2    bad usage; nothing has been done
	3    --target-accuracy was not reached; the model has been saved
	130  interrupted by SIGINT, SIGTERM or SIGHUP; the model has been saved
	141  nobody reads standard output any more, and there was nothing to save

A second SIGINT or SIGTERM ends the process at once.

# Events

neurona train --json writes these objects. Numbers that do not exist, such as
the accuracy of a regression, are null.

	{"event":"start", …}    data, network, settings, backend; norm, dropout, ema and
	                        others if they are set; notes that standard error has,
	                        such as of settings that come to nothing; of a table how
	                        it was read, as inspect --json has it, columns and doubts
	{"event":"epoch", …}    after each epoch: loss and accuracy of the batches as
	                        they came; of validation and test part if evaluated
	{"event":"result", …}   always the last one, also when interrupted

Each of --metric is in the result's test_metrics, and in the metrics of neurona eval: its
spelling, the label where several are predicted, its value, or null and why it is
undefined, on how many rows, and details: by class, or a confusion matrix, which has a row
for each class and in it how often each class was answered.

The result has test_accuracy and test_loss of the network as it is saved, but with
--test 0, where nothing is tested, no test_ at all;
epochs, train_seconds and samples_per_second (training alone: no loading, no
evaluation between epochs), load_seconds, backend, isa, workers, precision and
seed. With --target-accuracy it has target_reached.

# Precision

--precision says how matrices are multiplied: float32, or with bf16 numbers,
as bf16x6 (at least as accurate as float32), bf16x3 (about 16 bits) or bf16 (8
bits). PyTorch's words highest, high and medium mean float32, bf16x3 and bf16.
Sums and weights stay float32, and a saved model may be used in any precision.
Where the processor or the backend has no bf16, or would be slower, products are
float32: a line on standard error says so and why, and so do precision,
asked_precision and precision_why in events; with --strict-precision training
fails instead. neurona info lists what is to be had.

# Models

--save writes a safetensors file: weights under PyTorch's names, the
architecture in the metadata entry "neurona" and, in the entry "task", what a
prediction needs beside them: loss, names of classes and features, scaling.

# Environment

	NEURONA_DATA  folder that holds mnist/, if --data-dir does not say
	NEURONA_ISA   highest instruction set to use: generic, avx2, avx512, neon
	NO_COLOR      if not empty, no colours
*/
package main

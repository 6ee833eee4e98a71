// Package model makes one object of a network and the table that has taught it.
package model

// Package house holds the rules of this repository as tests: who may import whom, that every file is formatted, that every direct
// dependency says what it is for, and that nothing names a package or file that is gone. It has no code of its own.
package house

package event

import (
	"errors"

	"lanyard/internal/wire"
)

// AnswerBody is the body of an event of KindAnswer.
type AnswerBody struct {
	Offer  []byte `cbor:"1,keyasint"`
	Answer Answer `cbor:"2,keyasint"`
}

// FileAnswer is what an event of KindAnswer says about an offer.
type FileAnswer struct {
	Offer  ID
	Answer Answer
}

// Answer is what became of an offer. The numbers are those of the wire.
type Answer uint64

// Answers.
const (
	Accepted  Answer = 1
	Declined  Answer = 2
	Received  Answer = 3 // received and verified
	Withdrawn Answer = 4 // by the sender
)

// ReadAnswer decodes and checks a body of KindAnswer.
func ReadAnswer(body []byte) (FileAnswer, error) {
	var b AnswerBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return FileAnswer{}, err
	}
	if len(b.Offer) != len(ID{}) || b.Answer < Accepted || b.Answer > Withdrawn {
		return FileAnswer{}, errors.New("an answer that names no offer or says nothing known")
	}
	return FileAnswer{Offer: ID(b.Offer), Answer: b.Answer}, nil
}

// Encode makes the body of an answer.
func (b AnswerBody) Encode() ([]byte, error) { return wire.Marshal(b) }

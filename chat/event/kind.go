package event

// Kind says what an event is. The numbers are those of the wire.
type Kind uint64

// Kinds of events. Others may come from newer versions: they are kept and passed on, and shown as a note that a newer Lanyard is needed.
const (
	KindText     Kind = 1
	KindFile     Kind = 2
	KindAnswer   Kind = 3 // to a file that was offered
	KindEdit     Kind = 4 // this and the next ones amend another event and are no messages
	KindDelete   Kind = 5
	KindReaction Kind = 6
	KindPin      Kind = 7
	KindInvite   Kind = 8 // this and the next ones change who is a member of a room and are no messages
	KindJoin     Kind = 9
	KindLeave    Kind = 10
	KindRemove   Kind = 11
	KindRename   Kind = 12
	KindEntrust  Kind = 13
	KindMerge    Kind = 14
	KindGroup    Kind = 15

	LastChange Kind = 31 // those after KindGroup are for changes of newer versions
)

// Speaks reports whether events of this kind are messages. An answer to a file is none, as the state of the file tells it; neither is what is about other events or about who is a member.
func (k Kind) Speaks() bool { return k != KindAnswer && !k.Amends() && !k.ChangesMembers() }

// Amends reports whether events of this kind say something about others.
func (k Kind) Amends() bool { return k >= KindEdit && k <= KindPin }

// ChangesMembers reports whether events of this kind change who is a member of a room.
func (k Kind) ChangesMembers() bool { return k >= KindInvite && k <= LastChange }

// UnknownChange reports whether it is for newer versions to say what changes of this kind do.
func (k Kind) UnknownChange() bool { return k > KindGroup && k <= LastChange }

// Announced reports whether an event of that kind says something in the office. Unknown kinds tell that a newer Lanyard is needed.
func (k Kind) Announced() bool {
	return k == KindText || k == KindEdit || k == KindDelete || k > LastChange
}

// Adds reports whether changes of this kind make somebody a member.
func (k Kind) Adds() bool { return k == KindInvite || k == KindJoin || k == KindEntrust }

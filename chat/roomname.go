package chat

import "lanyard/internal/name"

// titleOf is what a room is to be called by a name typed here. None is called like what goes to everybody: whoever writes into it would take it for that.
func titleOf(typed string) (string, error) {
	title, err := name.Typed(typed)
	if err == nil && name.Skeleton(title) == name.Skeleton("Office") {
		err = ErrOfficeName
	}
	return title, err
}

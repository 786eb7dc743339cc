package tree

import "errors"

// openSystem prefers handles and takes the portable FS on kernels that lack openat2.
func openSystem(dir string) (FS, error) {
	h, err := openHandles(dir)
	if errors.Is(err, errors.ErrUnsupported) {
		return openRoot(dir)
	}
	if err != nil {
		return nil, err
	}
	return h, nil
}

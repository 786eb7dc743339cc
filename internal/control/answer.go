package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"lanyard/internal/api"
)

// handler is an endpoint whose error becomes the answer. It must not have written anything when it returns one.
type handler func(http.ResponseWriter, *http.Request) error

func (f handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := f(w, r); err != nil {
		refuse(w, err)
	}
}

// get makes an endpoint without body and query whose result is the answer.
func get[T any](f func(r *http.Request) (T, error)) http.Handler {
	return handler(func(w http.ResponseWriter, r *http.Request) error {
		if _, err := query(r); err != nil {
			return err
		}
		if _, err := body[struct{}](w, r, bodyLimit, true); err != nil {
			return err
		}
		v, err := f(r)
		return answer(w, v, err)
	})
}

// list is get for a list, which is never null.
func list[T any](f func(r *http.Request) ([]T, error)) http.Handler {
	return get(func(r *http.Request) ([]T, error) {
		v, err := f(r)
		if v == nil {
			v = []T{}
		}
		return v, err
	})
}

// done makes an endpoint without body whose answer is empty.
func done(f func(r *http.Request) error) http.Handler {
	return get(func(r *http.Request) (struct{}, error) { return struct{}{}, f(r) })
}

// post makes an endpoint with a JSON body.
func post[B, T any](f func(r *http.Request, b B) (T, error)) http.Handler {
	return posting(bodyLimit, false, f)
}

// tell makes an endpoint with a JSON body whose answer is empty.
func tell[B any](f func(r *http.Request, b B) error) http.Handler {
	return post(func(r *http.Request, b B) (struct{}, error) { return struct{}{}, f(r, b) })
}

func posting[B, T any](limit int64, optional bool, f func(r *http.Request, b B) (T, error)) http.Handler {
	return handler(func(w http.ResponseWriter, r *http.Request) error {
		if _, err := query(r); err != nil {
			return err
		}
		b, err := body[B](w, r, limit, optional)
		if err != nil {
			return err
		}
		v, err := f(r, b)
		return answer(w, v, err)
	})
}

// answer writes v as JSON, or returns err. An empty struct is an answer without content.
func answer(w http.ResponseWriter, v any, err error) error {
	if err != nil {
		return err
	}
	if _, empty := v.(struct{}); empty {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	write(w, http.StatusOK, v)
	return nil
}

func refuse(w http.ResponseWriter, err error) {
	var told *api.Error
	switch {
	case errors.As(err, &told):
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		told = &api.Error{Code: api.CodeStopping, Text: "Lanyard is stopping, or the request was given up"}
	default:
		told = &api.Error{Code: api.CodeInternal, Text: err.Error()}
	}
	write(w, told.Status(), api.ErrorBody{Error: told})
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // only a reader who left can make this fail: there is nobody to tell
}

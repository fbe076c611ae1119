// SPDX-License-Identifier: Apache-2.0

// A short program: how far the other threads come before it ends is chance.
package main

import "fmt"

func main() {
	sizes := make(chan int)
	go func() { sizes <- len(make([]byte, 100000)) }()
	fmt.Println(<-sizes)
}

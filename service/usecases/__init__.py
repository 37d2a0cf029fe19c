"""One public function an act; what an act needs reaches it as parameters, first of all the `Dependencies`."""

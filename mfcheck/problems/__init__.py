"""Problems: the training problem of a check, and the kinds of specification that build one."""

"""Strict stand-ins of the three cabinets of MTS over real HTTP: calls, employees, recordings."""

from sandbox.mts.ac20 import Ac20, Ac20Call
from sandbox.mts.exolve import Exolve, ExolveCall
from sandbox.mts.vpbx import Employee, Leg, Vpbx

__all__ = ["Ac20", "Ac20Call", "Employee", "Exolve", "ExolveCall", "Leg", "Vpbx"]
